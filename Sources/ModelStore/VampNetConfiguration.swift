/// Dimensions of a VampNet transformer, from its model file.
///
/// Every value is in the range that `formats/model.md` gives it.
public struct VampNetConfiguration: Equatable, Hashable, Sendable {
  public let headCount: Int
  public let layerCount: Int
  /// Channels of the transformer; a multiple of `headCount`.
  public let embeddingDim: Int
  /// Codebooks that the network sees, those given included.
  public let codebookCount: Int
  /// Codebooks that are given: 0 for the coarse model.
  public let conditioningCodebookCount: Int
  /// Width of a codec codebook entry.
  public let latentDim: Int
  /// Entries of a codec codebook.
  public let vocabularySize: Int
  /// Frames of one window.
  public let windowFrameCount: Int

  /// Codebooks that the network fills in.
  public var predictedCodebookCount: Int { codebookCount - conditioningCodebookCount }
  public var role: ModelRole { conditioningCodebookCount == 0 ? .coarse : .coarseToFine }

  /// Windows of the published models: 10 s and 3 s of 57.42 frames, rounded up.
  static func publishedWindowFrameCount(of role: ModelRole) -> Int { role == .coarse ? 575 : 173 }

  static let layerCounts = 1...1_024
  static let headCounts = 1...1_024
  static let codebookCounts = 1...64
  static let widths = 1...65_536

  /// - Throws: `ModelError.missingMetadata`, `.invalidMetadata`.
  init(role: ModelRole, windowFrameCount: Int?, _ arguments: NetworkArguments) throws {
    headCount = try arguments.integer("n_heads", in: Self.headCounts)
    layerCount = try arguments.integer("n_layers", in: Self.layerCounts)
    embeddingDim = try arguments.integer("embedding_dim", in: Self.widths)
    guard embeddingDim % headCount == 0 else {
      throw arguments.invalid("embedding_dim", found: embeddingDim, allowed: "a multiple of n_heads = \(headCount)")
    }
    codebookCount = try arguments.integer("n_codebooks", in: Self.codebookCounts)
    conditioningCodebookCount = try arguments.integer("n_conditioning_codebooks", in: 0...codebookCount - 1)
    guard (conditioningCodebookCount == 0) == (role == .coarse) else {
      throw arguments.invalid(
        "n_conditioning_codebooks", found: conditioningCodebookCount,
        allowed: role == .coarse ? "0 for coarse" : "at least 1 for c2f")
    }
    latentDim = try arguments.integer("latent_dim", in: Self.widths)
    vocabularySize = try arguments.integer("vocab_size", in: Self.widths)
    self.windowFrameCount = windowFrameCount ?? Self.publishedWindowFrameCount(of: role)

    // Variants with more inputs than tokens, which the published checkpoints do not use.
    try arguments.require("r_cond_dim", toBe: .integer(0))
    try arguments.require("cond_dim", toBe: .integer(0))
    try arguments.require("ctrl_dims", toBe: .null)
    try arguments.require("noise_mode", toBe: .string("mask"))
  }

  /// The lines that enter the identity of the file.
  var identityLines: [String: String] {
    [
      "kind": ModelKind.vampNet.rawValue,
      "n_heads": "\(headCount)",
      "n_layers": "\(layerCount)",
      "embedding_dim": "\(embeddingDim)",
      "n_codebooks": "\(codebookCount)",
      "n_conditioning_codebooks": "\(conditioningCodebookCount)",
      "latent_dim": "\(latentDim)",
      "vocab_size": "\(vocabularySize)",
      "window_frames": "\(windowFrameCount)",
    ]
  }
}

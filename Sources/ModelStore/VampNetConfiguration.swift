/// Dimensions of a VampNet transformer from its model file.
///
/// All values are in the ranges of `formats/model.md`.
public struct VampNetConfiguration: Equatable, Hashable, Sendable {
  /// Number of attention heads of each layer.
  public let headCount: Int
  /// Number of transformer layers.
  public let layerCount: Int
  /// Dimension of the transformer's activations; a multiple of `headCount`.
  public let embeddingDim: Int
  /// Number of codebooks that the transformer processes: conditioning codebooks and predicted codebooks.
  public let codebookCount: Int
  /// Number of conditioning codebooks, whose tokens are given: 0 for the coarse transformer.
  public let conditioningCodebookCount: Int
  /// Number of values of an entry of the codec's codebooks.
  public let latentDim: Int
  /// Number of entries of a codebook of the codec.
  public let vocabularySize: Int
  /// Number of frames of one window, which one pass of the transformer covers.
  public let windowFrameCount: Int

  /// Number of codebooks whose tokens the transformer generates.
  public var predictedCodebookCount: Int { codebookCount - conditioningCodebookCount }
  /// Role of the transformer in its model.
  public var role: ModelRole { conditioningCodebookCount == 0 ? .coarse : .coarseToFine }

  /// Window length, in frames, of VampNet's published transformers: 10 s (coarse) or 3 s (coarse-to-fine) at 57.42
  /// frames a second, rounded up.
  static func publishedWindowFrameCount(of role: ModelRole) -> Int { role == .coarse ? 575 : 173 }

  static let layerCounts = 1...1_024
  static let headCounts = 1...1_024
  static let codebookCounts = 1...64
  static let widths = 1...65_536

  /// Configuration from the arguments of the published constructor.
  ///
  /// - Parameters:
  ///   - role: Role of the transformer, coarse or coarse-to-fine, which the arguments must fit.
  ///   - windowFrameCount: Number of frames of one window; nil selects the window of the published transformer.
  ///   - arguments: Arguments of the constructor.
  /// - Throws: ``ModelError/missingMetadata(path:key:)``, or ``ModelError/invalidMetadata(path:key:found:allowed:)``
  ///   for values that are out of range or do not fit together.
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

    // Variants with inputs other than tokens are not implemented; no published checkpoint uses them.
    try arguments.require("r_cond_dim", toBe: .integer(0))
    try arguments.require("cond_dim", toBe: .integer(0))
    try arguments.require("ctrl_dims", toBe: .null)
    try arguments.require("noise_mode", toBe: .string("mask"))
  }

  /// Keys and values that the identity's hash covers in addition to the weights (`formats/model.md`).
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

import ModelStore
import Tokens
import VampNet

/// Generator of the masked tokens of whole recordings in memory: first the coarse codebooks, then the others.
struct TokenGenerator {
  private let model: Model
  private let coarse: TokenPredictor
  private let coarseToFine: TokenPredictor

  /// Loads both transformers.
  ///
  /// - Throws: `VampcError.noGenerator` where the model lacks a transformer; `ModelError`, `VampNetError` where a
  ///   transformer cannot be loaded.
  init(_ model: Model) throws {
    guard let coarse = try model.coarse(), let coarseToFine = try model.coarseToFine() else {
      throw VampcError.noGenerator(model: model.name)
    }
    self.model = model
    self.coarse = coarse
    self.coarseToFine = coarseToFine
  }

  /// Number of codebooks, kept or generated, of the transformers: all of the codec in most models.
  var codebookCount: Int { coarseToFine.configuration.codebookCount }

  /// Number of frames that one pass of the coarse transformer sees.
  var windowFrameCount: Int { coarse.configuration.windowFrameCount }

  /// Generates the masked tokens and returns all tokens, kept and generated.
  ///
  /// Windows begin at the first frame. A recording of at most ``windowFrameCount`` frames is one window.
  ///
  /// - Parameters:
  ///   - tokens: Tokens of ``codebookCount`` codebooks.
  ///   - mask: Keep mask with the shape of `tokens`.
  func generate(_ tokens: TokenGrid, mask: TokenMask, settings: SamplerSettings) throws -> TokenGrid {
    let coarseCodebooks = 0..<coarse.configuration.codebookCount
    let frames = 0..<tokens.frameCount
    let coarseTokens = try WindowedSampler(
      coarse, rescorer: try model.rescorer(true),
      settings: .init(settings, isCoarse: true, frameRateHz: model.geometry.frameRateHz), context: model.context
    ).generate(
      tokens.slice(codebooks: coarseCodebooks, frames: frames),
      mask: mask.slice(codebooks: coarseCodebooks, frames: frames), isFinal: true)
    var (tokens, mask) = (tokens, mask)
    for codebook in coarseCodebooks {
      for frame in frames {
        tokens[codebook, frame] = coarseTokens[codebook, frame]
        mask.keep(codebook: codebook, frame: frame)
      }
    }
    return try WindowedSampler(
      coarseToFine, rescorer: try model.rescorer(false),
      settings: .init(settings, isCoarse: false, frameRateHz: model.geometry.frameRateHz), context: model.context
    ).generate(tokens, mask: mask, isFinal: true)
  }
}

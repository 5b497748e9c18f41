import ModelStore
import Tokens
import VampNet

/// Generator of the masked tokens of whole recordings in memory: first of the coarse codebooks, then of the other
/// codebooks.
struct TokenGenerator {
  private let model: Model
  private let coarse: TokenPredictor
  private let coarseToFine: TokenPredictor

  /// Generator with the transformers of a model, which are loaded at this call.
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

  /// Number of codebooks that the transformers cover: in most models all codebooks of the codec.
  var codebookCount: Int { coarseToFine.configuration.codebookCount }

  /// Number of frames that one pass of the coarse transformer sees.
  var windowFrameCount: Int { coarse.configuration.windowFrameCount }

  /// Generates the masked tokens and returns all tokens, kept and generated.
  ///
  /// Windows begin at the first frame. A recording of at most ``windowFrameCount`` frames is one window of the coarse
  /// transformer.
  ///
  /// - Parameters:
  ///   - tokens: Tokens of ``codebookCount`` codebooks.
  ///   - mask: Keep mask with the shape of `tokens`.
  ///   - settings: Settings of the sampler, for both transformers.
  ///   - progress: Closure that is called after each chunk of one window with the finished share of the work, 0 to 1.
  ///     An error of the closure cancels the work.
  /// - Throws: errors of `progress`; `ModelError`, `VampNetError` where a transformer of a second model cannot be
  ///   loaded.
  func generate(
    _ tokens: TokenGrid, mask: TokenMask, settings: SamplerSettings, progress: (Double) throws -> Void
  ) throws -> TokenGrid {
    let coarseCodebooks = 0..<coarse.configuration.codebookCount
    let frames = 0..<tokens.frameCount
    let coarseTokens = try generate(
      tokens.slice(codebooks: coarseCodebooks, frames: frames),
      mask: mask.slice(codebooks: coarseCodebooks, frames: frames), isCoarse: true, settings
    ) { try progress($0 / 2) }
    var (tokens, mask) = (tokens, mask)
    for codebook in coarseCodebooks {
      for frame in frames {
        tokens[codebook, frame] = coarseTokens[codebook, frame]
        mask.keep(codebook: codebook, frame: frame)
      }
    }
    return try generate(tokens, mask: mask, isCoarse: false, settings) { try progress(0.5 + $0 / 2) }
  }

  /// Generates the masked tokens of one transformer's codebooks in chunks of one window. `progress` is called after
  /// each chunk with the finished share, 0 to 1.
  private func generate(
    _ tokens: TokenGrid, mask: TokenMask, isCoarse: Bool, _ settings: SamplerSettings,
    progress: (Double) throws -> Void
  ) throws -> TokenGrid {
    let predictor = isCoarse ? coarse : coarseToFine
    let sampler = WindowedSampler(
      predictor, rescorer: try model.rescorer(isCoarse),
      settings: .init(settings, isCoarse: isCoarse, frameRateHz: model.geometry.frameRateHz), context: model.context)
    let codebooks = 0..<tokens.codebookCount
    var (grids, start, finishedCount) = ([TokenGrid](), 0, 0)
    repeat {
      let end = min(tokens.frameCount, start + predictor.configuration.windowFrameCount)
      let chunk = try sampler.generate(
        tokens.slice(codebooks: codebooks, frames: start..<end),
        mask: mask.slice(codebooks: codebooks, frames: start..<end), isFinal: end == tokens.frameCount)
      grids.append(chunk)
      start = end
      finishedCount += chunk.frameCount
      try progress(Double(finishedCount) / Double(max(1, tokens.frameCount)))
    } while start < tokens.frameCount
    return TokenGrid(joining: grids)
  }
}

import Bitstream
import DAC
import ModelStore
import Tokens
import VampNet

/// Factory of the fillers of a stream's channels, and of the notices about generated tokens.
struct TokenFillerFactory {
  /// Notices about tokens that the stream does not keep.
  private(set) var notices: [DecoderNotice] = []
  /// Notices that apply only if frames are lost, because the stream keeps all tokens.
  private(set) var lossNotices: [DecoderNotice] = []
  private let model: Model
  private let method: MaskedTokenMethod
  private let sampler: SamplerSettings

  /// Loads the transformers that an undamaged stream needs.
  ///
  /// - Throws: `ModelError`, `VampNetError` where a transformer cannot be loaded.
  init(
    _ model: Model, content: TokenContent, fill: DecoderSettings.Fill, sampler: SamplerSettings
  ) throws {
    self.model = model
    self.sampler = sampler
    method = MaskedTokenMethod(fill, model)
    guard fill == .generate else { return }
    let keepsAllFrames = content.prompt.period == 1
    let keepsAll = keepsAllFrames && content.prompt.codebookCount == model.geometry.codebookCount
    var found: [DecoderNotice] = []
    if case .generated(let coarse, let coarseToFine) = method {
      if !keepsAll, !content.hasBlockMasks {
        if !(keepsAllFrames && content.prompt.codebookCount >= coarse.codebookCount) { _ = try model.coarse() }
        _ = try model.coarseToFine()
      }
      if coarseToFine == nil { found.append(.onlyCoarse(model: model.name)) }
      if !(try model.matches(generator: content.generatorHash)), let hash = content.generatorHash {
        found.append(.otherGenerator(stream: hash.description, model: model.name))
      }
    } else {
      found.append(.noGenerator(model: model.name))
    }
    if keepsAll { lossNotices = found } else { notices = found }
  }

  /// Makes the filler of one channel.
  ///
  /// - Parameters:
  ///   - origin: First frame of the stream.
  ///   - latentFrame: First frame whose latents are wanted.
  ///   - firstFrame: First input frame of the filler.
  func make(origin: Int, latentFrame: Int, firstFrame: Int) -> any TokenFiller {
    switch method {
    case .generated(let coarse, coarseToFine: _):
      VampNetFiller(model, coarse: coarse, settings: sampler, origin: origin, from: latentFrame)
    case .random: RandomFiller(model.codec, seed: sampler.seed, from: latentFrame, context: model.context)
    case .interpolated: InterpolatingFiller(model.codec, from: firstFrame, context: model.context)
    }
  }
}

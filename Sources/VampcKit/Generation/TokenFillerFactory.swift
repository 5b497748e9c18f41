import Bitstream
import DAC
import ModelStore
import Tokens
import VampNet

/// Factory of the fillers of a stream's channels, and of the notices about generated tokens.
struct TokenFillerFactory {
  /// Notices about tokens that the stream does not keep; empty where the stream keeps all tokens or the settings ask
  /// for no generated tokens.
  private(set) var notices: [DecoderNotice] = []
  /// Notices that apply only if frames are lost, because the stream keeps all tokens; otherwise empty.
  private(set) var lossNotices: [DecoderNotice] = []
  private let model: Model
  private let method: MaskedTokenMethod
  private let sampler: SamplerSettings

  /// Factory for a stream. Loads the transformers that an undamaged stream without block masks needs; other
  /// transformers are loaded at the first token that they must generate.
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
  ///   - origin: Absolute number of the stream's first frame.
  ///   - latentFrame: Absolute number of the first frame whose latents are wanted.
  ///   - firstFrame: Absolute number of the filler's first input frame.
  func make(origin: Int, latentFrame: Int, firstFrame: Int) -> any TokenFiller {
    switch method {
    case .generated(let coarse, coarseToFine: _):
      VampNetFiller(model, coarse: coarse, settings: sampler, origin: origin, from: latentFrame)
    case .random: RandomFiller(model.codec, seed: sampler.seed, from: latentFrame, context: model.context)
    case .interpolated: InterpolatingFiller(model.codec, from: firstFrame, context: model.context)
    }
  }
}

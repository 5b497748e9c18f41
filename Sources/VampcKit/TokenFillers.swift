import Bitstream
import DAC
import ModelStore
import Tokens
import VampNet

/// Decides how the tokens that a stream does not keep are filled in, and makes a filler for each channel.
struct TokenFillers {
  private(set) var notices: [DecoderNotice] = []
  /// Whether VampNet runs.
  var imagines: Bool { coarse != nil || coarseToFine != nil }
  private let model: Model
  private let fill: DecoderSettings.Fill
  private let sampler: SamplerSettings
  private var coarse: TokenPredictor?
  private var coarseToFine: TokenPredictor?

  /// - Throws: `ModelError`, `VampNetError` where a transformer cannot be loaded. One that has nothing to do is not.
  init(_ model: Model, _ header: StreamHeader, _ fill: DecoderSettings.Fill, _ sampler: SamplerSettings) throws {
    let prompt = header.prompt
    self.model = model
    self.sampler = sampler
    let keepsAllFrames = prompt.period == 1
    let isComplete = keepsAllFrames && prompt.codebookCount == model.geometry.codebookCount
    guard fill == .generate, !isComplete else {
      self.fill = fill == .random && !isComplete ? .random : .none
      return
    }
    guard let coarseCodebookCount = model.coarseCodebookCount else {
      self.fill = .none
      notices.append(.nothingToImagineWith(model: model.name))
      return
    }
    self.fill = .generate
    if !(keepsAllFrames && prompt.codebookCount >= coarseCodebookCount) { coarse = try model.coarse() }
    coarseToFine = try model.coarseToFine()
    if coarseToFine == nil { notices.append(.onlyCoarse(model: model.name)) }
  }

  func make() -> any TokenFiller {
    switch fill {
    case .generate:
      ImaginingFiller(
        model.codec, coarse: coarse, coarseToFine: coarseToFine, coarseCodebookCount: model.coarseCodebookCount ?? 0,
        settings: sampler, context: model.context)
    case .random: RandomFiller(model.codec, seed: sampler.seed, context: model.context)
    case .none: InterpolatingFiller(model.codec, context: model.context)
    }
  }
}

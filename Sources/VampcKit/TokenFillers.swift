import Bitstream
import DAC
import ModelStore
import Tokens
import VampNet

/// Decides how the tokens that a stream does not keep, or that are lost, are filled in, and makes a filler for each
/// channel.
struct TokenFillers {
  /// What is to be said of tokens that the stream does not keep.
  private(set) var notices: [DecoderNotice] = []
  /// What is to be said once frames are lost.
  private(set) var lossNotices: [DecoderNotice] = []
  private let model: Model
  private let kind: Kind
  private let sampler: SamplerSettings

  private enum Kind {
    case imagined(coarse: VampNetConfiguration)
    case random
    case interpolated
  }

  /// Loads the transformers that a stream as it should be needs.
  ///
  /// - Throws: `ModelError`, `VampNetError` where one cannot be loaded.
  init(_ model: Model, _ header: StreamHeader, _ fill: DecoderSettings.Fill, _ sampler: SamplerSettings) throws {
    self.model = model
    self.sampler = sampler
    guard fill == .generate else {
      kind = fill == .random ? .random : .interpolated
      return
    }
    let (prompt, hasBlockMasks) = (header.prompt, header.hasBlockMasks)
    let keepsAllFrames = prompt.period == 1
    let isComplete = keepsAllFrames && prompt.codebookCount == model.geometry.codebookCount
    var found: [DecoderNotice] = []
    if let coarse = model.coarseConfiguration {
      kind = .imagined(coarse: coarse)
      if !isComplete, !hasBlockMasks {
        if !(keepsAllFrames && prompt.codebookCount >= coarse.codebookCount) { _ = try model.coarse() }
        _ = try model.coarseToFine()
      }
      if model.coarseToFineConfiguration == nil { found.append(.onlyCoarse(model: model.name)) }
      if !(try model.matches(generator: header.generatorHash)), let hash = header.generatorHash {
        found.append(.otherGenerator(stream: hash.description, model: model.name))
      }
    } else {
      kind = .interpolated
      found.append(.nothingToImagineWith(model: model.name))
    }
    if isComplete { lossNotices = found } else { notices = found }
  }

  /// The first frame that must be seen so that latents from `latentFrame` on come out as if all frames were.
  func neededFrame(origin: Int, latentFrame: Int) -> Int {
    guard case .imagined(let coarse) = kind else { return latentFrame }
    var frame = latentFrame
    if let configuration = model.coarseToFineConfiguration {
      frame = WindowGrid(windowLength: configuration.windowFrameCount, firstFrame: origin).start(covering: frame)
    }
    return WindowGrid(windowLength: coarse.windowFrameCount, firstFrame: origin).start(covering: frame)
  }

  /// - Parameters:
  ///   - origin: the stream's first frame.
  ///   - latentFrame: the first frame whose latents are wanted.
  ///   - firstFrame: the first frame that will come.
  func make(origin: Int, latentFrame: Int, firstFrame: Int) -> any TokenFiller {
    switch kind {
    case .imagined(let coarse):
      VampNetFiller(model, coarse: coarse, settings: sampler, origin: origin, from: latentFrame)
    case .random: RandomFiller(model.codec, seed: sampler.seed, from: latentFrame, context: model.context)
    case .interpolated: InterpolatingFiller(model.codec, from: firstFrame, context: model.context)
    }
  }
}

import DAC
import Kernels
import ModelStore
import Tokens
import VampNet

/// VampNet: the coarse transformer fills in the first codebooks, the coarse-to-fine one the others.
///
/// Frames of which everything is kept come out at once, and a transformer is loaded when the first token that it has to
/// imagine turns up: a stream that keeps all tokens waits for nothing until damage leaves a hole.
final class VampNetFiller: TokenFiller {
  let firstFrame: Int
  private let codec: Codec
  private let context: ComputeContext
  private let coarse: WindowedSampler
  /// Nil where the model has none: then frames lack the codebooks that the stream does not keep of them.
  private let coarseToFine: WindowedSampler?
  private let coarseCodebookCount: Int
  private let codebookCount: Int
  /// The first frame that the coarse transformer must see.
  private let coarseFirstFrame: Int
  /// What the stream keeps of frames whose coarse tokens are not complete yet, all codebooks.
  private var waitingTokens: TokenGrid
  private var waitingMask: TokenMask
  /// The frame that the first waiting tokens are of.
  private var waitingFrame: Int

  /// - Parameters:
  ///   - coarse: of the model's coarse transformer.
  ///   - origin: the stream's first frame.
  ///   - frame: the first frame whose latents are wanted.
  init(
    _ model: Model, coarse: VampNetConfiguration, settings: SamplerSettings, origin: Int, from frame: Int
  ) {
    codec = model.codec
    context = model.context
    coarseCodebookCount = coarse.codebookCount
    codebookCount = model.coarseToFineConfiguration?.codebookCount ?? model.geometry.codebookCount
    var start = frame
    if let configuration = model.coarseToFineConfiguration {
      let grid = WindowGrid(windowLength: configuration.windowFrameCount, firstFrame: origin)
      start = grid.start(covering: frame)
      coarseToFine = WindowedSampler(
        configuration, .init(settings, isCoarse: false), grid: grid, start: start, context: model.context,
        predictor: { try model.requireCoarseToFine() })
    } else {
      coarseToFine = nil
    }
    firstFrame = start
    let grid = WindowGrid(windowLength: coarse.windowFrameCount, firstFrame: origin)
    coarseFirstFrame = grid.start(covering: start)
    self.coarse = WindowedSampler(
      coarse, .init(settings, isCoarse: true), grid: grid, start: coarseFirstFrame, context: model.context,
      predictor: { try model.requireCoarse() })
    waitingTokens = TokenGrid(codebookCount: codebookCount, frameCount: 0)
    waitingMask = TokenMask(codebookCount: codebookCount, frameCount: 0, isKept: true)
    waitingFrame = coarseFirstFrame
  }

  func fill(_ stretch: TokenStretch, into latents: FloatRows) throws {
    let stretch = stretch.dropping(before: coarseFirstFrame)
    let (codebooks, columns) = (0..<codebookCount, 0..<stretch.frames.count)
    try advance(
      stretch.tokens.slice(codebooks: codebooks, frames: columns),
      stretch.mask.slice(codebooks: codebooks, frames: columns), isFinal: false, into: latents)
  }

  func finish(into latents: FloatRows) throws {
    let nothing = TokenGrid(codebookCount: codebookCount, frameCount: 0)
    try advance(
      nothing, TokenMask(codebookCount: codebookCount, frameCount: 0, isKept: true), isFinal: true, into: latents)
  }

  private func advance(_ tokens: TokenGrid, _ mask: TokenMask, isFinal: Bool, into latents: FloatRows) throws {
    waitingTokens = waitingTokens.appending(tokens)
    waitingMask = waitingMask.appending(mask)
    let (coarseCodebooks, all) = (0..<coarseCodebookCount, 0..<tokens.frameCount)
    let complete = try coarse.fill(
      tokens.slice(codebooks: coarseCodebooks, frames: all), mask: mask.slice(codebooks: coarseCodebooks, frames: all),
      isFinal: isFinal)
    var (joined, joinedMask) = takeWaiting(complete.frameCount)
    for codebook in coarseCodebooks {
      for frame in 0..<complete.frameCount {
        joined[codebook, frame] = complete[codebook, frame]
        joinedMask.keep(codebook: codebook, frame: frame)
      }
    }
    // What only the coarse transformer needed to see.
    let surplus = min(max(0, firstFrame - waitingFrame), joined.frameCount)
    waitingFrame += complete.frameCount
    let wanted = surplus..<joined.frameCount
    joined = joined.slice(codebooks: 0..<codebookCount, frames: wanted)
    joinedMask = joinedMask.slice(codebooks: 0..<codebookCount, frames: wanted)
    if let coarseToFine {
      latents.append(
        codec.quantiser.decode(
          try coarseToFine.fill(joined, mask: joinedMask, isFinal: isFinal), context: context))
    } else {
      for row in KeptLatents(codec: codec, context: context).rows(of: joined, joinedMask) {
        if let row { latents.append(row) }
      }
    }
  }

  /// Removes the first waiting frames.
  private func takeWaiting(_ frameCount: Int) -> (tokens: TokenGrid, mask: TokenMask) {
    let codebooks = 0..<codebookCount
    let (taken, rest) = (0..<frameCount, frameCount..<waitingTokens.frameCount)
    defer {
      waitingTokens = waitingTokens.slice(codebooks: codebooks, frames: rest)
      waitingMask = waitingMask.slice(codebooks: codebooks, frames: rest)
    }
    return (
      waitingTokens.slice(codebooks: codebooks, frames: taken), waitingMask.slice(codebooks: codebooks, frames: taken)
    )
  }
}

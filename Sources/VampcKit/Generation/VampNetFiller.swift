import DAC
import Kernels
import ModelStore
import Tokens
import VampNet

/// Filler that lets VampNet generate masked tokens: first of the coarse codebooks, then of the other codebooks.
///
/// Latents of frames without masked tokens are returned at once, unless earlier masked tokens wait for their window. A
/// transformer is loaded when it must generate its first token, so a stream that keeps all tokens waits only where
/// frames are lost.
final class VampNetFiller: TokenFiller {
  let firstFrame: Int
  private let codec: Codec
  private let context: ComputeContext
  private let coarse: WindowedSampler
  /// Sampler of the other codebooks; nil where the model has no coarse-to-fine transformer. In each frame, the
  /// codebooks from the first masked codebook on are then left out.
  private let coarseToFine: WindowedSampler?
  private let coarseCodebookCount: Int
  private let codebookCount: Int
  /// Frames, with all codebooks, whose coarse tokens are not complete.
  private var waiting: WaitingFrames

  /// Tokens of consecutive frames, and their keep mask.
  private struct WaitingFrames {
    var tokens: TokenGrid
    var mask: TokenMask
    /// Absolute number of the first waiting frame, or of the next frame to append if none waits.
    var firstFrame: Int

    init(codebookCount: Int, firstFrame: Int) {
      tokens = TokenGrid(codebookCount: codebookCount, frameCount: 0)
      mask = TokenMask(codebookCount: codebookCount, frameCount: 0, isKept: true)
      self.firstFrame = firstFrame
    }

    mutating func append(_ tokens: TokenGrid, _ mask: TokenMask) {
      self.tokens = self.tokens.appending(tokens)
      self.mask = self.mask.appending(mask)
    }

    /// Removes and returns the first `frameCount` frames.
    mutating func take(_ frameCount: Int) -> (tokens: TokenGrid, mask: TokenMask) {
      let codebooks = 0..<tokens.codebookCount
      let (taken, rest) = (0..<frameCount, frameCount..<tokens.frameCount)
      defer {
        tokens = tokens.slice(codebooks: codebooks, frames: rest)
        mask = mask.slice(codebooks: codebooks, frames: rest)
        firstFrame += frameCount
      }
      return (tokens.slice(codebooks: codebooks, frames: taken), mask.slice(codebooks: codebooks, frames: taken))
    }
  }

  /// Filler of one channel of a stream, from frame `frame` on.
  ///
  /// - Parameters:
  ///   - model: Model whose transformers generate the masked tokens.
  ///   - coarse: Dimensions of the model's coarse transformer.
  ///   - settings: Settings of the sampler, for both transformers.
  ///   - origin: Absolute number of the stream's first frame.
  ///   - frame: Absolute number of the first frame whose latents are wanted.
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
        configuration, settings: .init(settings, isCoarse: false, frameRateHz: model.geometry.frameRateHz), grid: grid,
        start: start, context: model.context, rescorer: { try model.rescorer(false) },
        predictor: { try model.requireCoarseToFine() })
    } else {
      coarseToFine = nil
    }
    firstFrame = start
    let grid = WindowGrid(windowLength: coarse.windowFrameCount, firstFrame: origin)
    let coarseFirstFrame = grid.start(covering: start)
    self.coarse = WindowedSampler(
      coarse, settings: .init(settings, isCoarse: true, frameRateHz: model.geometry.frameRateHz), grid: grid,
      start: coarseFirstFrame, context: model.context, rescorer: { try model.rescorer(true) },
      predictor: { try model.requireCoarse() })
    waiting = WaitingFrames(codebookCount: codebookCount, firstFrame: coarseFirstFrame)
  }

  func fill(_ segment: TokenSegment, into latents: FloatRows) throws {
    // The coarse transformer needs no frames before the first waiting frame.
    let segment = segment.dropping(before: waiting.firstFrame)
    let (codebooks, columns) = (0..<codebookCount, 0..<segment.frames.count)
    try advance(
      segment.tokens.slice(codebooks: codebooks, frames: columns),
      segment.mask.slice(codebooks: codebooks, frames: columns), isFinal: false, into: latents)
  }

  func finish(into latents: FloatRows) throws {
    let nothing = TokenGrid(codebookCount: codebookCount, frameCount: 0)
    try advance(
      nothing, TokenMask(codebookCount: codebookCount, frameCount: 0, isKept: true), isFinal: true, into: latents)
  }

  private func advance(_ tokens: TokenGrid, _ mask: TokenMask, isFinal: Bool, into latents: FloatRows) throws {
    waiting.append(tokens, mask)
    let (coarseCodebooks, all) = (0..<coarseCodebookCount, 0..<tokens.frameCount)
    let complete = try coarse.generate(
      tokens.slice(codebooks: coarseCodebooks, frames: all), mask: mask.slice(codebooks: coarseCodebooks, frames: all),
      isFinal: isFinal)
    // These frames were needed only as context of the coarse transformer.
    let preroll = min(max(0, firstFrame - waiting.firstFrame), complete.frameCount)
    var (joined, joinedMask) = waiting.take(complete.frameCount)
    for codebook in coarseCodebooks {
      for frame in 0..<complete.frameCount {
        joined[codebook, frame] = complete[codebook, frame]
        joinedMask.keep(codebook: codebook, frame: frame)
      }
    }
    let wanted = preroll..<joined.frameCount
    joined = joined.slice(codebooks: 0..<codebookCount, frames: wanted)
    joinedMask = joinedMask.slice(codebooks: 0..<codebookCount, frames: wanted)
    if let coarseToFine {
      latents.append(
        codec.quantiser.decode(
          try coarseToFine.generate(joined, mask: joinedMask, isFinal: isFinal), context: context))
    } else {
      for row in KeptLatents(codec: codec, context: context).rows(of: joined, joinedMask) {
        if let row { latents.append(row) }
      }
    }
  }
}

public import Kernels
public import ModelStore
public import Tokens

/// Streaming sampler that generates the masked tokens of a recording of any length, window by window.
///
/// Output does not depend on the division of the input into chunks or on the number of threads. Frames without masked
/// tokens are returned at once, unless earlier masked tokens wait for their window. A recording without masked tokens
/// never loads the transformer.
public final class WindowedSampler {
  private let settings: ParallelSampler.Settings
  private let context: ComputeContext
  private let makePredictor: () throws -> TokenPredictor
  private let makeRescorer: () throws -> Rescorer?
  private var loadedSampler: ParallelSampler?
  private let grid: WindowGrid
  /// Tokens from the absolute frame `firstFrame` on: frames that are not returned yet, and frames that later windows
  /// need.
  private var tokens: TokenGrid
  private var mask: TokenMask
  private var firstFrame: Int
  /// End (exclusive) of the returned frames.
  private var emittedEnd: Int
  /// End (exclusive) of the frames whose tokens are settled.
  private var settledEnd: Int
  /// Index of the even window that holds the first input frame, within the window or in the gap after it.
  private let firstWindow: Int
  private var nextWindow: Int
  private var hasGeneratedEven = false

  /// Sampler that starts at frame `start` of a recording.
  ///
  /// - Parameters:
  ///   - configuration: Dimensions of the transformer.
  ///   - settings: Settings of the sampler.
  ///   - grid: Windows of the recording.
  ///   - start: Absolute number of the first input frame: the recording's first frame, or a frame that
  ///     ``WindowGrid/start(covering:)`` returned.
  ///   - context: Threads and instruction set of the computation.
  ///   - rescorer: Closure that loads a second transformer, called together with `predictor`; returns nil for none.
  ///   - predictor: Closure that loads the transformer, called at the first masked token.
  public init(
    _ configuration: VampNetConfiguration, settings: ParallelSampler.Settings, grid: WindowGrid, start: Int,
    context: ComputeContext, rescorer: @escaping () throws -> Rescorer? = { nil },
    predictor: @escaping () throws -> TokenPredictor
  ) {
    precondition(start >= grid.firstFrame, "a frame before the first one")
    self.settings = settings
    self.context = context
    self.grid = grid
    makePredictor = predictor
    makeRescorer = rescorer
    tokens = TokenGrid(codebookCount: configuration.codebookCount, frameCount: 0)
    mask = TokenMask(codebookCount: configuration.codebookCount, frameCount: 0, isKept: true)
    (firstFrame, emittedEnd, settledEnd) = (start, start, start)
    firstWindow = start / grid.period
    nextWindow = firstWindow
  }

  /// Sampler that starts at frame 0 of a recording, with a transformer that is loaded already.
  ///
  /// - Parameters:
  ///   - predictor: Transformer that predicts the tokens.
  ///   - rescorer: Second transformer whose probabilities are mixed in; nil for none.
  ///   - settings: Settings of the sampler.
  ///   - context: Threads and instruction set of the computation.
  public convenience init(
    _ predictor: TokenPredictor, rescorer: Rescorer? = nil, settings: ParallelSampler.Settings, context: ComputeContext
  ) {
    self.init(
      predictor.configuration, settings: settings,
      grid: WindowGrid(windowLength: predictor.configuration.windowFrameCount),
      start: 0, context: context, rescorer: { rescorer }, predictor: { predictor })
  }

  /// Adds the next frames and returns all complete frames that have not been returned yet.
  ///
  /// - Parameters:
  ///   - newTokens: Tokens `[codebook, frame]` of all codebooks of the transformer.
  ///   - newMask: Keep mask with the shape of `newTokens`. Conditioning codebooks have no masked tokens.
  ///   - isFinal: Whether the recording ends with these frames; all remaining frames are then returned.
  /// - Throws: Errors of the closures that load the transformers.
  public func generate(_ newTokens: TokenGrid, mask newMask: TokenMask, isFinal: Bool) throws -> TokenGrid {
    tokens = tokens.appending(newTokens)
    mask = mask.appending(newMask)
    let end = firstFrame + tokens.frameCount
    while try generateNextWindow(end: end, isFinal: isFinal) {}
    let complete = isFinal ? end : completeEnd(end)
    let result = tokens.slice(
      codebooks: 0..<tokens.codebookCount, frames: emittedEnd - firstFrame..<complete - firstFrame)
    emittedEnd = complete
    dropFrames()
    return result
  }

  /// First frame whose tokens may still change; `end`, the end (exclusive) of the received frames, if there is none.
  private func completeEnd(_ end: Int) -> Int {
    var complete = max(settledEnd, emittedEnd)
    while complete < end,
      !(0..<mask.codebookCount).contains(where: { !mask.isKept(codebook: $0, frame: complete - firstFrame) })
    {
      complete += 1
    }
    return complete
  }

  /// Generates even window `nextWindow` and then the odd window before it, each if all of its frames are available.
  /// Returns whether a further window may be available.
  private func generateNextWindow(end: Int, isFinal: Bool) throws -> Bool {
    let endFrame = isFinal ? end : nil
    if !hasGeneratedEven {
      if let window = grid.evenWindow(nextWindow, endFrame: endFrame) {
        guard window.upperBound <= end else { return false }
        try generate(window, within: window)
      } else if nextWindow == firstWindow, end <= nextWindow * grid.period + grid.windowLength {
        // The window that generates the beginning depends on whether the recording continues after this window.
        return false
      }
      hasGeneratedEven = true
    }
    // Both neighbours of the gap before this even window are settled now.
    if nextWindow > firstWindow, let odd = grid.oddWindow(nextWindow - 1, endFrame: endFrame) {
      guard odd.covers.upperBound <= end else { return false }
      try generate(odd.generates, within: odd.covers)
    }
    let window = grid.evenWindow(nextWindow, endFrame: endFrame)
    if let window {
      settledEnd = max(settledEnd, window.upperBound)
    } else if nextWindow > firstWindow {
      settledEnd = max(settledEnd, end)
    }
    guard window != nil || nextWindow == firstWindow, settledEnd < end || !isFinal else { return false }
    nextWindow += 1
    hasGeneratedEven = false
    return true
  }

  /// Generates the masked tokens of `frames` in a pass over `window`. Masked tokens outside `frames` stay masked.
  private func generate(_ frames: Range<Int>, within window: Range<Int>) throws {
    let columns = window.lowerBound - firstFrame..<window.upperBound - firstFrame
    let codebooks = 0..<tokens.codebookCount
    let windowMask = mask.slice(codebooks: codebooks, frames: columns)
    guard windowMask.maskedCount > 0 else { return }
    let generated = try sampler().generate(
      tokens.slice(codebooks: codebooks, frames: columns), mask: windowMask, firstFrame: window.lowerBound,
      settings: settings)
    for codebook in codebooks {
      for frame in frames where !windowMask.isKept(codebook: codebook, frame: frame - window.lowerBound) {
        tokens[codebook, frame - firstFrame] = generated[codebook, frame - window.lowerBound]
        mask.keep(codebook: codebook, frame: frame - firstFrame)
      }
    }
  }

  private func sampler() throws -> ParallelSampler {
    if let loadedSampler { return loadedSampler }
    var source: any LogitSource = NetworkLogits(try makePredictor(), context: context)
    if let rescorer = try makeRescorer() {
      source = RescoredLogits(
        source, rescoredBy: NetworkLogits(rescorer.predictor, context: context), weight: rescorer.weight,
        context: context)
    }
    let sampler = ParallelSampler(source, context: context)
    loadedSampler = sampler
    return sampler
  }

  /// Removes frames that are returned and that no later window covers.
  private func dropFrames() {
    let needed = min(emittedEnd, max(firstFrame, nextWindow * grid.period - grid.period))
    guard needed > firstFrame else { return }
    let columns = needed - firstFrame..<tokens.frameCount
    tokens = tokens.slice(codebooks: 0..<tokens.codebookCount, frames: columns)
    mask = mask.slice(codebooks: 0..<mask.codebookCount, frames: columns)
    firstFrame = needed
  }
}

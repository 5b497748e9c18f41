public import Kernels
public import ModelStore
public import Tokens

/// Fills in the masked tokens of a recording of any length, window by window, as its tokens come.
///
/// The same tokens come out however the input is cut, and for any number of threads. Frames of which nothing is masked
/// come out at once unless masked ones before them are waiting for their window; without any masked token no network is
/// asked for.
public final class WindowedSampler {
  private let settings: ParallelSampler.Settings
  private let context: ComputeContext
  private let makePredictor: () throws -> TokenPredictor
  private var loadedSampler: ParallelSampler?
  private let grid: WindowGrid
  /// Frames from `firstFrame` on that are still needed.
  private var tokens: TokenGrid
  private var mask: TokenMask
  private var firstFrame: Int
  /// Frames up to here have been given out.
  private var emittedEnd: Int
  /// Frames up to here are settled.
  private var settledEnd: Int
  /// What comes first is in this even window or in the gap behind it.
  private let firstWindow: Int
  private var nextWindow: Int
  private var hasFilledEven = false

  /// - Parameters:
  ///   - start: absolute frame that comes first, which is the recording's first or what `grid.start(covering:)` gives.
  ///   - predictor: called when the first masked token turns up.
  public init(
    _ configuration: VampNetConfiguration, _ settings: ParallelSampler.Settings, grid: WindowGrid, start: Int,
    context: ComputeContext, predictor: @escaping () throws -> TokenPredictor
  ) {
    precondition(start >= grid.firstFrame, "a frame before the first one")
    self.settings = settings
    self.context = context
    self.grid = grid
    makePredictor = predictor
    tokens = TokenGrid(codebookCount: configuration.codebookCount, frameCount: 0)
    mask = TokenMask(codebookCount: configuration.codebookCount, frameCount: 0, isKept: true)
    (firstFrame, emittedEnd, settledEnd) = (start, start, start)
    firstWindow = start / grid.period
    nextWindow = firstWindow
  }

  /// A whole recording, from frame 0 on.
  public convenience init(_ predictor: TokenPredictor, _ settings: ParallelSampler.Settings, context: ComputeContext) {
    self.init(
      predictor.configuration, settings, grid: WindowGrid(windowLength: predictor.configuration.windowFrameCount),
      start: 0, context: context
    ) { predictor }
  }

  /// Takes the next frames and returns those that are complete.
  ///
  /// - Parameters:
  ///   - newTokens: `[codebook, frame]` of all the network's codebooks.
  ///   - newMask: same shape; codebooks that the network is given have nothing masked.
  ///   - isFinal: the recording ends here; everything that remains comes out.
  /// - Throws: what the predictor's maker throws.
  public func fill(_ newTokens: TokenGrid, mask newMask: TokenMask, isFinal: Bool) throws -> TokenGrid {
    tokens = tokens.appending(newTokens)
    mask = mask.appending(newMask)
    let end = firstFrame + tokens.frameCount
    while try fillNextWindow(end: end, isFinal: isFinal) {}
    let complete = isFinal ? end : completeEnd(end)
    let result = tokens.slice(
      codebooks: 0..<tokens.codebookCount, frames: emittedEnd - firstFrame..<complete - firstFrame)
    emittedEnd = complete
    dropFrames()
    return result
  }

  /// The first frame whose tokens may still change.
  private func completeEnd(_ end: Int) -> Int {
    var complete = max(settledEnd, emittedEnd)
    while complete < end,
      !(0..<mask.codebookCount).contains(where: { !mask.isKept(codebook: $0, frame: complete - firstFrame) })
    {
      complete += 1
    }
    return complete
  }

  /// Fills the next window if all that it sees is there.
  private func fillNextWindow(end: Int, isFinal: Bool) throws -> Bool {
    let endFrame = isFinal ? end : nil
    if !hasFilledEven {
      if let window = grid.evenWindow(nextWindow, endFrame: endFrame) {
        guard window.upperBound <= end else { return false }
        try fill(window, within: window)
      } else if nextWindow == firstWindow, end <= nextWindow * grid.period + grid.windowLength {
        // Whether the recording goes on behind the window decides who fills its beginning.
        return false
      }
      hasFilledEven = true
    }
    // The gap before this even window, which now has both its sides.
    if nextWindow > firstWindow, let odd = grid.oddWindow(nextWindow - 1, endFrame: endFrame) {
      guard odd.sees.upperBound <= end else { return false }
      try fill(odd.fills, within: odd.sees)
    }
    let window = grid.evenWindow(nextWindow, endFrame: endFrame)
    if let window {
      settledEnd = max(settledEnd, window.upperBound)
    } else if nextWindow > firstWindow {
      settledEnd = max(settledEnd, end)
    }
    guard window != nil || nextWindow == firstWindow, settledEnd < end || !isFinal else { return false }
    nextWindow += 1
    hasFilledEven = false
    return true
  }

  /// Fills `frames`, seeing `window`; elsewhere in the window masked tokens stay masked.
  private func fill(_ frames: Range<Int>, within window: Range<Int>) throws {
    let columns = window.lowerBound - firstFrame..<window.upperBound - firstFrame
    let codebooks = 0..<tokens.codebookCount
    let windowMask = mask.slice(codebooks: codebooks, frames: columns)
    guard windowMask.maskedCount > 0 else { return }
    let filled = try sampler().fill(
      tokens.slice(codebooks: codebooks, frames: columns), mask: windowMask, firstFrame: window.lowerBound, settings)
    for codebook in codebooks {
      for frame in frames where !windowMask.isKept(codebook: codebook, frame: frame - window.lowerBound) {
        tokens[codebook, frame - firstFrame] = filled[codebook, frame - window.lowerBound]
        mask.keep(codebook: codebook, frame: frame - firstFrame)
      }
    }
  }

  private func sampler() throws -> ParallelSampler {
    if let loadedSampler { return loadedSampler }
    let sampler = ParallelSampler(try makePredictor(), context: context)
    loadedSampler = sampler
    return sampler
  }

  /// Forgets what no later window sees.
  private func dropFrames() {
    let needed = min(emittedEnd, max(firstFrame, nextWindow * grid.period - grid.period))
    guard needed > firstFrame else { return }
    let columns = needed - firstFrame..<tokens.frameCount
    tokens = tokens.slice(codebooks: 0..<tokens.codebookCount, frames: columns)
    mask = mask.slice(codebooks: 0..<mask.codebookCount, frames: columns)
    firstFrame = needed
  }
}

public import Kernels
import ModelStore
public import Tokens

/// Fills in the masked tokens of a recording of any length, window by window, as its tokens come.
///
/// The same tokens come out however the input is cut, and for any number of threads.
public final class WindowedSampler {
  private let sampler: ParallelSampler
  private let settings: ParallelSampler.Settings
  private let configuration: VampNetConfiguration
  private let grid: WindowGrid
  /// Frames from `firstFrame` on that are still needed.
  private var tokens: TokenGrid
  private var mask: TokenMask
  private var firstFrame = 0
  /// Frames up to here have been given out.
  private var emittedEnd = 0
  /// Frames up to here are settled.
  private var settledEnd = 0
  private var nextWindow = 0
  private var hasFilledEven = false

  public init(_ predictor: TokenPredictor, _ settings: ParallelSampler.Settings, context: ComputeContext) {
    sampler = ParallelSampler(predictor, context: context)
    self.settings = settings
    configuration = predictor.configuration
    grid = WindowGrid(windowLength: configuration.windowFrameCount)
    tokens = TokenGrid(codebookCount: configuration.codebookCount, frameCount: 0)
    mask = TokenMask(codebookCount: configuration.codebookCount, frameCount: 0, masked: false)
  }

  /// Takes the next frames and returns those that are complete.
  ///
  /// - Parameters:
  ///   - newTokens: `[codebook, frame]` of all the network's codebooks.
  ///   - newMask: same shape; codebooks that the network is given have nothing masked.
  ///   - isFinal: the recording ends here; everything that remains comes out.
  public func fill(_ newTokens: TokenGrid, mask newMask: TokenMask, isFinal: Bool) -> TokenGrid {
    tokens = tokens.appending(newTokens)
    mask = mask.appending(newMask)
    let end = firstFrame + tokens.frameCount
    while fillNextWindow(end: end, isFinal: isFinal) {}
    let complete = isFinal ? end : settledEnd
    let result = tokens.slice(
      codebooks: 0..<tokens.codebookCount, frames: emittedEnd - firstFrame..<complete - firstFrame)
    emittedEnd = complete
    dropFrames()
    return result
  }

  /// Fills the next window if all that it sees is there.
  private func fillNextWindow(end: Int, isFinal: Bool) -> Bool {
    let frameCount = isFinal ? end : nil
    if !hasFilledEven {
      if let window = grid.evenWindow(nextWindow, frameCount: frameCount) {
        guard window.upperBound <= end else { return false }
        fill(window, within: window)
      } else if nextWindow == 0 {
        return false
      }
      hasFilledEven = true
    }
    // The gap before this even window, which now has both its sides.
    if nextWindow > 0, let odd = grid.oddWindow(nextWindow - 1, frameCount: frameCount) {
      guard odd.sees.upperBound <= end else { return false }
      fill(odd.fills, within: odd.sees)
    }
    let window = grid.evenWindow(nextWindow, frameCount: frameCount)
    settledEnd = max(settledEnd, window?.upperBound ?? end)
    guard window != nil, settledEnd < end || !isFinal else { return false }
    nextWindow += 1
    hasFilledEven = false
    return true
  }

  /// Fills `frames`, seeing `window`; elsewhere in the window masked tokens stay masked.
  private func fill(_ frames: Range<Int>, within window: Range<Int>) {
    let columns = window.lowerBound - firstFrame..<window.upperBound - firstFrame
    let codebooks = 0..<tokens.codebookCount
    let windowMask = mask.slice(codebooks: codebooks, frames: columns)
    guard windowMask.maskedCount > 0 else { return }
    let filled = sampler.fill(
      tokens.slice(codebooks: codebooks, frames: columns), mask: windowMask, firstFrame: window.lowerBound, settings)
    for codebook in codebooks {
      for frame in frames where windowMask[codebook, frame - window.lowerBound] {
        tokens[codebook, frame - firstFrame] = filled[codebook, frame - window.lowerBound]
        mask[codebook, frame - firstFrame] = false
      }
    }
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

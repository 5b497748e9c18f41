/// Where the windows of a long recording lie, on a grid of absolute frames.
///
/// Even windows of full length stand apart by half a window. The odd window between two of them fills that gap, with
/// what they have settled on both sides as context. So every frame is imagined in one window with its surroundings
/// known or imagined with it, and no window needs more than its two neighbours.
///
/// A recording may begin at any frame, as an excerpt does: where that is so late in an even window that little of it is
/// left, the odd window after it reaches back to the beginning, as the one before does at the end.
///
/// ```
/// even   |------ W ------|           |------ W ------|
/// gap                    |-- W / 2 --|
/// odd              |------ W ------|
/// ```
public struct WindowGrid: Equatable, Sendable {
  /// W, frames of a window.
  public let windowLength: Int
  /// The recording's first frame.
  public let firstFrame: Int

  /// - Precondition: at least one frame in a window; `firstFrame` is not negative.
  public init(windowLength: Int, firstFrame: Int = 0) {
    precondition(windowLength >= 1, "a window has at least one frame")
    precondition(firstFrame >= 0, "frames count from 0")
    self.windowLength = windowLength
    self.firstFrame = firstFrame
  }

  /// Frames between two even windows.
  public var gapLength: Int { max(1, windowLength / 2) }
  /// Frames from one even window to the next.
  public var period: Int { windowLength + gapLength }
  /// An even window that the recording's beginning or end leaves fewer frames of is left to its neighbour.
  private var shortestWindowLength: Int { windowLength / 4 }
  /// The even window that the recording begins in, or in the gap behind.
  public var firstWindow: Int { firstFrame / period }

  /// The first frame of the windows that must be filled so that `frame` and all after it come out as if all windows were.
  public func start(covering frame: Int) -> Int {
    var index = frame / period
    // If the recording ends soon, the window before reaches its end.
    if index > 0, frame - index * period < shortestWindowLength { index -= 1 }
    return max(firstFrame, index * period)
  }

  /// Frames that even window `index` sees and fills in a recording that ends before `endFrame` (nil: not known to end
  /// yet).
  ///
  /// Nil where the recording ends so early in the window that the odd window before it reaches its end, or begins so
  /// late that the odd window behind it reaches its beginning.
  public func evenWindow(_ index: Int, endFrame: Int? = nil) -> Range<Int>? {
    let start = max(index * period, firstFrame)
    let end = index * period + windowLength
    let goesOn = endFrame.map { $0 > end } ?? true
    if start > index * period, end - start < max(1, shortestWindowLength), goesOn { return nil }
    guard let endFrame else { return start..<end }
    if index > firstWindow && endFrame - start < shortestWindowLength { return nil }
    return start < endFrame ? start..<min(endFrame, end) : nil
  }

  /// The frames between even windows `index` and `index + 1`, and the window that fills them: what it fills, what it
  /// sees.
  ///
  /// Nil where the recording ends before.
  public func oddWindow(_ index: Int, endFrame: Int? = nil) -> (fills: Range<Int>, sees: Range<Int>)? {
    let gapStart = index * period + windowLength
    if let endFrame, gapStart >= endFrame { return nil }
    let isFirst = index == firstWindow && evenWindow(index, endFrame: endFrame) == nil
    let start = isFirst ? firstFrame : gapStart
    if let endFrame, evenWindow(index + 1, endFrame: endFrame) == nil {
      return (start..<endFrame, max(firstFrame, endFrame - windowLength)..<endFrame)
    }
    let before = isFirst ? 0 : (windowLength - gapLength) / 2
    let sees = max(firstFrame, start - before)..<start - before + windowLength
    return (start..<gapStart + gapLength, sees.lowerBound..<min(endFrame ?? sees.upperBound, sees.upperBound))
  }
}

/// Where the windows of a long recording lie, on a grid of absolute frames.
///
/// Even windows of full length stand apart by half a window. The odd window between two of them fills that gap, with
/// what they have settled on both sides as context. So every frame is imagined in one window with its surroundings
/// known or imagined with it, and no window needs more than its two neighbours.
///
/// ```
/// even   |------ W ------|           |------ W ------|
/// gap                    |-- W / 2 --|
/// odd              |------ W ------|
/// ```
public struct WindowGrid: Equatable, Sendable {
  /// W, frames of a window.
  public let windowLength: Int

  /// - Precondition: at least one frame.
  public init(windowLength: Int) {
    precondition(windowLength >= 1, "a window has at least one frame")
    self.windowLength = windowLength
  }

  /// Frames between two even windows.
  public var gapLength: Int { max(1, windowLength / 2) }
  /// Frames from one even window to the next.
  public var period: Int { windowLength + gapLength }

  /// Frames that even window `index` sees and fills in a recording of `frameCount` frames (nil: not known to end yet).
  ///
  /// Nil where the recording ends so early in the window that the odd window before it reaches its end.
  public func evenWindow(_ index: Int, frameCount: Int? = nil) -> Range<Int>? {
    let start = index * period
    guard let frameCount else { return start..<start + windowLength }
    if index > 0 && frameCount - start < windowLength / 4 { return nil }
    return start < frameCount ? start..<min(frameCount, start + windowLength) : nil
  }

  /// The frames between even windows `index` and `index + 1`, and the window that fills them: what it fills, what it
  /// sees.
  ///
  /// Nil where the recording ends before.
  public func oddWindow(_ index: Int, frameCount: Int? = nil) -> (fills: Range<Int>, sees: Range<Int>)? {
    let start = index * period + windowLength
    if let frameCount, start >= frameCount { return nil }
    if let frameCount, evenWindow(index + 1, frameCount: frameCount) == nil {
      return (start..<frameCount, max(0, frameCount - windowLength)..<frameCount)
    }
    let fills = start..<start + gapLength
    let before = (windowLength - gapLength) / 2
    let sees = max(0, start - before)..<start - before + windowLength
    return (fills, sees.lowerBound..<min(frameCount ?? sees.upperBound, sees.upperBound))
  }
}

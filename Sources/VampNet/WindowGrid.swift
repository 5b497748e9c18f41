/// Positions of the windows of a long recording, on a grid of absolute frames.
///
/// Even windows have full length, with gaps of half a window between them. The odd window between two even windows
/// generates the gap, with settled tokens of both even windows as context. Every frame is thus generated in one window.
/// An odd window depends on the two even windows beside it, and an even window on no other window.
///
/// A recording may begin at any frame, as excerpts do. If little of the first even window remains, the odd window after
/// it reaches back to the beginning. Likewise the last odd window may reach to the end.
///
/// ```
/// even   |------ W ------|           |------ W ------|
/// gap                    |-- W / 2 --|
/// odd              |------ W ------|
/// ```
public struct WindowGrid: Equatable, Sendable {
  /// Number of frames of a window, W.
  public let windowLength: Int
  /// Absolute number of the recording's first frame.
  public let firstFrame: Int

  /// Grid for windows of `windowLength` frames.
  ///
  /// - Precondition: `windowLength` is positive, and `firstFrame` is not negative.
  public init(windowLength: Int, firstFrame: Int = 0) {
    precondition(windowLength >= 1, "a window has at least one frame")
    precondition(firstFrame >= 0, "frames count from 0")
    self.windowLength = windowLength
    self.firstFrame = firstFrame
  }

  /// Number of frames between two even windows.
  public var gapLength: Int { max(1, windowLength / 2) }
  /// Number of frames from the beginning of an even window to the beginning of the next even window.
  public var period: Int { windowLength + gapLength }
  /// Smallest number of frames of an even window at the beginning or the end of the recording. The odd window beside a
  /// shorter even window generates its frames instead, unless the recording lies in one even window.
  private var shortestWindowLength: Int { windowLength / 4 }
  /// Index of the even window that holds the recording's first frame, within the window or in the gap after it.
  public var firstWindow: Int { firstFrame / period }

  /// First frame from which tokens must be generated so that `frame` and all later frames equal the same frames of a
  /// full decode.
  public func start(covering frame: Int) -> Int {
    var index = frame / period
    // If the recording ends soon after `frame`, the odd window before `frame` reaches to the end.
    if index > 0, frame - index * period < shortestWindowLength { index -= 1 }
    return max(firstFrame, index * period)
  }

  /// Frames that even window `index` covers and generates.
  ///
  /// - Parameters:
  ///   - index: Number of the window among even windows, 0 for the window that begins at frame 0.
  ///   - endFrame: End (exclusive) of the recording; nil if it is not known yet.
  /// - Returns: The frames; nil if the recording ends before the window, or if an odd window replaces the window.
  public func evenWindow(_ index: Int, endFrame: Int? = nil) -> Range<Int>? {
    let start = max(index * period, firstFrame)
    let end = index * period + windowLength
    let goesOn = endFrame.map { $0 > end } ?? true
    if start > index * period, end - start < max(1, shortestWindowLength), goesOn { return nil }
    guard let endFrame else { return start..<end }
    if index > firstWindow && endFrame - start < shortestWindowLength { return nil }
    return start < endFrame ? start..<min(endFrame, end) : nil
  }

  /// Odd window between even windows `index` and `index + 1`.
  ///
  /// - Parameters:
  ///   - index: Number of the window among odd windows, 0 for the window after even window 0.
  ///   - endFrame: End (exclusive) of the recording; nil if it is not known yet.
  /// - Returns: The frames that the window generates and the frames that it covers; nil if the recording ends before
  ///   the gap between the even windows.
  public func oddWindow(_ index: Int, endFrame: Int? = nil) -> (generates: Range<Int>, covers: Range<Int>)? {
    let gapStart = index * period + windowLength
    if let endFrame, gapStart >= endFrame { return nil }
    let isFirst = index == firstWindow && evenWindow(index, endFrame: endFrame) == nil
    let start = isFirst ? firstFrame : gapStart
    if let endFrame, evenWindow(index + 1, endFrame: endFrame) == nil {
      return (start..<endFrame, max(firstFrame, endFrame - windowLength)..<endFrame)
    }
    let before = isFirst ? 0 : (windowLength - gapLength) / 2
    let covers = max(firstFrame, start - before)..<start - before + windowLength
    return (start..<gapStart + gapLength, covers.lowerBound..<min(endFrame ?? covers.upperBound, covers.upperBound))
  }
}

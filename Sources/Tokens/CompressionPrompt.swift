/// Which tokens a stream keeps: the first codebooks of every P-th frame.
///
/// VampNet's compression prompt combined with its periodic prompt (arXiv 2307.04686, section 3.4). Frames count from
/// absolute frame 0 of the recording.
public struct CompressionPrompt: Equatable, Hashable, Sendable {
  /// Codebooks kept, coarse first; at least 1.
  public var codebookCount: Int
  /// Frame `f` is kept when `f % period == phase`; 0 keeps no frame.
  public var period: Int
  /// In `0..<period`; 0 where the period is 0.
  public var phase: Int

  /// - Precondition: `codebookCount` is at least 1, `period` not negative, and `phase` in `0..<max(1, period)`.
  public init(codebookCount: Int, period: Int = 1, phase: Int = 0) {
    precondition(
      codebookCount >= 1 && period >= 0 && (0..<max(1, period)).contains(phase), "compression prompt out of range")
    self.codebookCount = codebookCount
    self.period = period
    self.phase = phase
  }

  /// Whether any token of `frame` is kept.
  public func keepsFrame(_ frame: Int) -> Bool { period > 0 && frame % period == phase }

  /// Number of kept frames in `frames`.
  public func keptFrameCount(in frames: Range<Int>) -> Int {
    guard period > 0 else { return 0 }
    func keptBefore(_ frame: Int) -> Int { (frame - phase + period - 1) / period }
    return max(0, keptBefore(max(frames.upperBound, phase))) - max(0, keptBefore(max(frames.lowerBound, phase)))
  }
}

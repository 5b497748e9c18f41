/// Which tokens a stream keeps: the first codebooks of every P-th frame.
///
/// VampNet's compression prompt combined with its periodic prompt (arXiv 2307.04686, section 3.4). Frames count from
/// absolute frame 0 of the recording.
public struct CompressionPrompt: Equatable, Hashable, Sendable {
  /// Codebooks kept, coarse first; at least 1.
  public var codebookCount: Int
  /// Frame `f` is kept when `f % period == phase`; at least 1.
  public var period: Int
  /// In `0..<period`.
  public var phase: Int

  /// - Precondition: `codebookCount` and `period` are at least 1 and `phase` is in `0..<period`.
  public init(codebookCount: Int, period: Int = 1, phase: Int = 0) {
    precondition(codebookCount >= 1 && period >= 1 && (0..<period).contains(phase), "compression prompt out of range")
    self.codebookCount = codebookCount
    self.period = period
    self.phase = phase
  }

  /// Whether any token of `frame` is kept.
  public func keepsFrame(_ frame: Int) -> Bool { frame % period == phase }

  /// Number of kept frames in `frames`.
  public func keptFrameCount(in frames: Range<Int>) -> Int {
    func keptBefore(_ frame: Int) -> Int { (frame - phase + period - 1) / period }
    return max(0, keptBefore(max(frames.upperBound, phase))) - max(0, keptBefore(max(frames.lowerBound, phase)))
  }
}

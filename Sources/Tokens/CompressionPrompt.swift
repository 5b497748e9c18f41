/// Rule that keeps the first codebooks of every P-th frame of a stream.
///
/// This is VampNet's compression prompt, combined with its periodic prompt (arXiv 2307.04686, section 3.4). Frame
/// numbers are absolute: frame 0 is the first frame of the recording.
public struct CompressionPrompt: Equatable, Hashable, Sendable {
  /// Number of kept codebooks, coarse first; at least 1.
  public var codebookCount: Int
  /// Distance between kept frames: frame `f` is kept when `f % period == phase`. 0 keeps no frame.
  public var period: Int
  /// Number of the first kept frame, in `0..<period`; 0 if `period` is 0.
  public var phase: Int

  /// Prompt with the given codebooks, period and phase; the defaults keep every frame.
  ///
  /// - Precondition: `codebookCount` is at least 1, `period` is not negative, and `phase` is in `0..<max(1, period)`.
  public init(codebookCount: Int, period: Int = 1, phase: Int = 0) {
    precondition(
      codebookCount >= 1 && period >= 0 && (0..<max(1, period)).contains(phase), "compression prompt out of range")
    self.codebookCount = codebookCount
    self.period = period
    self.phase = phase
  }

  /// Whether the prompt keeps any token of the frame with the absolute number `frame`.
  public func keepsFrame(_ frame: Int) -> Bool { period > 0 && frame % period == phase }

  /// Number of kept frames among the absolute frame numbers `frames`.
  public func keptFrameCount(in frames: Range<Int>) -> Int {
    guard period > 0 else { return 0 }
    func keptBefore(_ frame: Int) -> Int { (frame - phase + period - 1) / period }
    return max(0, keptBefore(max(frames.upperBound, phase))) - max(0, keptBefore(max(frames.lowerBound, phase)))
  }
}

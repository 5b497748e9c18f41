/// Settings that only MAGNeT's sampler has (arXiv 2401.04577).
public struct SpanSettings: Equatable, Hashable, Sendable {
  /// Ways to compute the probability of a span after a step. The next step masks the least probable spans again.
  public enum Scoring: String, CaseIterable, Hashable, Sendable {
    /// Probability of the most likely token drawn in the span.
    case max
    /// Product of the probabilities of all tokens drawn in the span.
    case prod
  }

  /// Positions of the spans in a window.
  public enum Arrangement: String, CaseIterable, Hashable, Sendable {
    /// Spans follow one another from the window's first frame on.
    case nonoverlap
    /// A span begins at every frame from which a whole span fits into the window. The probability is always the
    /// product.
    case stride1
  }

  /// Number of frames of a span, `1...255`.
  public var length: Int
  /// Way to compute the probability of a span; the next step masks the least probable spans again.
  public var scoring: Scoring
  /// Positions of the spans in a window, side by side or overlapping.
  public var arrangement: Arrangement
  /// Numbers of steps of codebook 0, codebook 1 and so on, each `1...255`, at least one number.
  ///
  /// Coarse codebooks without a number of their own have the last number. Other codebooks without a number have
  /// ``SamplerSettings/fineStepCount`` steps.
  public var levelStepCounts: [Int]
  /// Number of frames before and after a frame that the frame attends to while a codebook after codebook 0 is
  /// generated; nil for all frames of the window.
  public var contextFrameCount: Int?

  /// Settings with the given values; by default the values of MAGNeT's published code.
  ///
  /// - Parameters:
  ///   - length: Number of frames of a span, `1...255`.
  ///   - scoring: Way to compute the probability of a span.
  ///   - arrangement: Positions of the spans in a window.
  ///   - levelStepCounts: Numbers of steps of codebook 0, codebook 1 and so on.
  ///   - contextFrameCount: Number of frames before and after a frame that the frame attends to while a codebook after
  ///     codebook 0 is generated; nil for all frames of the window.
  /// - Precondition: `levelStepCounts` is not empty.
  public init(
    length: Int = 3, scoring: Scoring = .max, arrangement: Arrangement = .nonoverlap,
    levelStepCounts: [Int] = [20, 10, 10, 10], contextFrameCount: Int? = 5
  ) {
    precondition(!levelStepCounts.isEmpty, "a sampler without steps")
    self.length = length
    self.scoring = scoring
    self.arrangement = arrangement
    self.levelStepCounts = levelStepCounts
    self.contextFrameCount = contextFrameCount
  }
}

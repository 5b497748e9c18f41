public import Tokens

/// Rules for tokens that are kept in addition to the tokens of a periodic prompt, and for tokens that are masked again.
///
/// A token is kept if the period or any rule keeps it, unless ``generatedSegments`` or ``random`` mask it.
public struct KeepRules: Equatable, Sendable {
  /// Span of time around each of ``KeepRules/timesSeconds`` that is kept.
  public struct TimeReach: Equatable, Sendable {
    /// Seconds before the time, 0 or more.
    public var beforeSeconds: Double
    /// Seconds after the time, 0 or more.
    public var afterSeconds: Double

    /// Reach of the given lengths in seconds; without lengths one frame is kept for each time.
    public init(beforeSeconds: Double = 0, afterSeconds: Double = 0) {
      self.beforeSeconds = beforeSeconds
      self.afterSeconds = afterSeconds
    }
  }

  /// Choice of single tokens by random numbers, which depend on the seed, the codebook and the absolute frame.
  public struct RandomChoice: Equatable, Sendable {
    /// Probability with which each token of the first ``KeepRules/codebookCount`` codebooks is kept in addition to the
    /// other rules, `0...1`. Tokens of ``KeepRules/generatedSegments`` stay masked.
    public var keepShare: Double
    /// Probability with which each token that the period or any rule keeps is masked again, `0...1`.
    public var dropout: Double
    /// Seed of the random numbers, which choose the tokens to keep and to mask.
    public var seed: UInt32

    /// Choice that changes nothing, unless the parameters say otherwise.
    public init(keepShare: Double = 0, dropout: Double = 0, seed: UInt32 = 0) {
      self.keepShare = keepShare
      self.dropout = dropout
      self.seed = seed
    }
  }

  /// Number of consecutive frames that each period keeps, from its phase on; 0 keeps no frame of the period.
  public var periodWidth: Int
  /// Length in seconds of the beginning of the recording that is kept: all frames that begin within this time.
  public var firstSeconds: Double
  /// Length in seconds of the end of the recording that is kept. A live stream is delayed by this length, because the
  /// last frames are known only at the end.
  public var lastSeconds: Double
  /// Times in seconds whose frames are kept, such as beats or onsets, in any order.
  public var timesSeconds: [Double]
  /// Span of time around each of ``timesSeconds`` that is kept.
  public var timeReach: TimeReach
  /// Segments that are kept: all frames that begin within a segment.
  public var keptSegments: [TimeRange]
  /// Segments of which no token is kept, whatever the other rules say: all frames that overlap with a segment.
  public var generatedSegments: [TimeRange]
  /// Random choice of further tokens to keep and of kept tokens to mask.
  public var random: RandomChoice
  /// Number of codebooks, coarse first, that the rules for the beginning, the end, times, kept segments and random
  /// tokens keep; nil keeps all codebooks.
  public var codebookCount: Int?
  /// Keep mask of the recording from frame 0 on, whose kept tokens are kept in addition to the other rules. The mask
  /// keeps nothing beyond its frames and codebooks.
  public var mask: TokenMask?

  /// Rules that change nothing, unless the parameters say otherwise.
  public init(
    periodWidth: Int = 1, firstSeconds: Double = 0, lastSeconds: Double = 0, timesSeconds: [Double] = [],
    timeReach: TimeReach = TimeReach(), keptSegments: [TimeRange] = [], generatedSegments: [TimeRange] = [],
    random: RandomChoice = RandomChoice(), codebookCount: Int? = nil, mask: TokenMask? = nil
  ) {
    self.periodWidth = periodWidth
    self.firstSeconds = firstSeconds
    self.lastSeconds = lastSeconds
    self.timesSeconds = timesSeconds
    self.timeReach = timeReach
    self.keptSegments = keptSegments
    self.generatedSegments = generatedSegments
    self.random = random
    self.codebookCount = codebookCount
    self.mask = mask
  }

  /// Whether no rule keeps or masks anything, so that a periodic prompt alone decides.
  public var isEmpty: Bool {
    var neutral = KeepRules()
    neutral.timeReach = timeReach
    neutral.codebookCount = codebookCount
    neutral.random.seed = random.seed
    return self == neutral
  }

  /// Whether the rules may mask tokens that the periodic prompt keeps.
  var masksPeriodicTokens: Bool { periodWidth == 0 || !generatedSegments.isEmpty || random.dropout > 0 }
}

public import Tokens

/// Rules for tokens that a stream keeps in addition to the tokens of its period. A token is kept if any rule keeps it.
public struct KeepRules: Equatable, Sendable {
  /// Length in seconds of the beginning that is kept: all frames that begin within it.
  public var firstSeconds: Double
  /// Length in seconds of the end that is kept. A live stream is delayed by this length, because the last frames are
  /// known only at the end.
  public var lastSeconds: Double
  /// Times in seconds whose frames are kept, such as beats or onsets, in any order.
  public var timesSeconds: [Double]
  /// Number of codebooks that the rules above keep, coarse first; nil keeps all.
  public var codebookCount: Int?
  /// Keep mask of the recording. Frames and codebooks beyond its size are masked.
  public var mask: TokenMask?
  /// Whether only these rules keep tokens, so that the period keeps none.
  public var excludesPeriodic: Bool

  /// Rules that keep nothing, unless the parameters say otherwise.
  public init(
    firstSeconds: Double = 0, lastSeconds: Double = 0, timesSeconds: [Double] = [], codebookCount: Int? = nil,
    mask: TokenMask? = nil, excludesPeriodic: Bool = false
  ) {
    self.firstSeconds = firstSeconds
    self.lastSeconds = lastSeconds
    self.timesSeconds = timesSeconds
    self.codebookCount = codebookCount
    self.mask = mask
    self.excludesPeriodic = excludesPeriodic
  }

  /// Whether no rule keeps or masks anything, so that the period alone decides.
  public var isEmpty: Bool {
    firstSeconds <= 0 && lastSeconds <= 0 && timesSeconds.isEmpty && mask == nil && !excludesPeriodic
  }
}

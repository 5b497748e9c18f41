/// Mean with its bootstrap interval.
public struct SweepEstimate: Codable, Equatable, Sendable {
  /// Mean of the values.
  public var value: Double
  /// Lower bound of the 95 % bootstrap interval; nil with fewer than two clips.
  public var lower: Double?
  /// Upper bound of the 95 % bootstrap interval; nil with fewer than two clips.
  public var upper: Double?

  /// Creates an estimate.
  public init(value: Double, lower: Double?, upper: Double?) {
    self.value = value
    self.lower = lower
    self.upper = upper
  }
}

/// Mean of a metric, or Fréchet distance, with its bootstrap interval.
public struct SweepEstimate: Codable, Equatable, Sendable {
  /// Mean of the values, or the Fréchet distance.
  public var value: Double
  /// Lower bound of the 95 % bootstrap interval. Nil for a mean over clips of one file, and for a Fréchet distance over
  /// clips of fewer than four files or on embeddings of more than 2 048 values.
  public var lower: Double?
  /// Upper bound of the 95 % bootstrap interval; nil where the lower bound is nil.
  public var upper: Double?

  /// Estimate with the given value and bounds.
  public init(value: Double, lower: Double?, upper: Double?) {
    self.value = value
    self.lower = lower
    self.upper = upper
  }
}

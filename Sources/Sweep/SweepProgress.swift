/// Progress of a sweep.
public struct SweepProgress: Equatable, Sendable {
  /// Number of finished cells.
  public var doneCount: Int
  /// Number of all cells.
  public var totalCount: Int
  /// Estimated remaining time; nil before any cell was computed.
  public var remainingSeconds: Double?
}

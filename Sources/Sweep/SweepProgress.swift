/// Progress of a sweep, counted in cells: one clip under one condition.
public struct SweepProgress: Equatable, Sendable {
  /// Number of finished cells, including cells of earlier runs and cells of clips that cannot be read or do not exist.
  public var doneCount: Int
  /// Number of all cells of this run: chosen places of clips times conditions.
  public var totalCount: Int
  /// Estimated remaining time in seconds; nil before this run has computed a cell.
  public var remainingSeconds: Double?
}

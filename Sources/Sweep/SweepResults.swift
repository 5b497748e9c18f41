/// Results of a sweep, from which its tables, plots and page are made.
public struct SweepResults: Sendable {
  /// Description of the sweep, the content of `sweep.json`.
  public var description: SweepDescription
  /// Rows by condition in the order of the description, then by clip.
  public var rows: [SweepRow]
  /// Summaries in the order of the description's conditions, without conditions that have no row.
  public var summaries: [SweepSummary]

  /// Creates results from their parts; `SweepCollector` reads the parts from the cells.
  public init(description: SweepDescription, rows: [SweepRow], summaries: [SweepSummary]) {
    self.description = description
    self.rows = rows
    self.summaries = summaries
  }
}

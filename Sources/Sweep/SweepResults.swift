/// Results of a sweep, from which its tables, plots and page are made.
public struct SweepResults: Sendable {
  /// Description of the sweep.
  public var description: SweepDescription
  /// Rows by condition in the order of the description, then by clip.
  public var rows: [SweepRow]
  /// Summaries in the order of the description's conditions, without conditions that have no row.
  public var summaries: [SweepSummary]

  /// Creates results from their parts.
  public init(description: SweepDescription, rows: [SweepRow], summaries: [SweepSummary]) {
    self.description = description
    self.rows = rows
    self.summaries = summaries
  }
}

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

/// Summary of one condition over all clips whose outcome is `ok`: a row of `conditions.csv`.
public struct SweepSummary: Codable, Equatable, Sendable {
  /// Identifier of the condition (`SweepCondition.identifier`).
  public var condition: String
  /// Number of clips whose outcome is `ok`.
  public var clipCount: Int
  /// Number of clips that are left out because their outcome is not `ok`.
  public var leftOutCount: Int
  /// Mean bitrate of the payload.
  public var payloadBps: SweepEstimate?
  /// Mean bitrate of the whole file.
  public var fileBps: SweepEstimate?
  /// Mean of each metric.
  public var values: [SweepMetric: SweepEstimate]
  /// Fréchet distances by the name of the embedding, such as `codec`.
  public var frechet: [String: SweepEstimate]
  /// Number of rows with each flag.
  public var flagCounts: [String: Int]

  /// Creates a summary.
  public init(
    condition: String, clipCount: Int, leftOutCount: Int, payloadBps: SweepEstimate?, fileBps: SweepEstimate?,
    values: [SweepMetric: SweepEstimate], frechet: [String: SweepEstimate], flagCounts: [String: Int]
  ) {
    self.condition = condition
    self.clipCount = clipCount
    self.leftOutCount = leftOutCount
    self.payloadBps = payloadBps
    self.fileBps = fileBps
    self.values = values
    self.frechet = frechet
    self.flagCounts = flagCounts
  }
}

/// Everything that a sweep found out: what its tables, plots and page are made from.
public struct SweepResults: Sendable {
  public var description: SweepDescription
  /// By condition in the order of the description, then by clip.
  public var rows: [SweepRow]
  /// In the order of the description's conditions; those without any row are left out.
  public var summaries: [SweepSummary]

  public init(description: SweepDescription, rows: [SweepRow], summaries: [SweepSummary]) {
    self.description = description
    self.rows = rows
    self.summaries = summaries
  }
}

/// A mean with the interval in which it would fall were the clips drawn anew.
public struct SweepEstimate: Codable, Equatable, Sendable {
  public var value: Double
  /// Bounds of the 95 % bootstrap interval; nil with fewer than two clips.
  public var lower: Double?
  public var upper: Double?

  public init(value: Double, lower: Double?, upper: Double?) {
    self.value = value
    self.lower = lower
    self.upper = upper
  }
}

/// One condition over all clips whose outcome is `ok`: a row of `conditions.csv`.
public struct SweepSummary: Codable, Equatable, Sendable {
  /// `SweepCondition.identifier`.
  public var condition: String
  /// Clips that count, and clips that were left out because their outcome is not `ok`.
  public var clipCount: Int
  public var leftOutCount: Int
  public var payloadBps: SweepEstimate?
  public var fileBps: SweepEstimate?
  public var values: [SweepMetric: SweepEstimate]
  /// Fréchet audio distance by the name of the embedding, `codec` among them.
  public var frechet: [String: SweepEstimate]
  /// Rows with each flag.
  public var flagCounts: [String: Int]

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

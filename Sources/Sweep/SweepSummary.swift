public import Evaluation

/// Summary of one condition over all clips whose outcome is `ok`: a row of `conditions.csv`.
public struct SweepSummary: Codable, Equatable, Sendable {
  /// Identifier of the condition (`SweepCondition.identifier`).
  public var condition: String
  /// Number of clips whose outcome is `ok`.
  public var clipCount: Int
  /// Number of clips that are left out because their outcome is not `ok`.
  public var leftOutCount: Int
  /// Mean bitrate of the payload in bit/s; nil where no clip that counts has a file.
  public var payloadBps: SweepEstimate?
  /// Mean bitrate of the whole file in bit/s; nil where no clip that counts has a file.
  public var fileBps: SweepEstimate?
  /// Mean of each metric over the clips that count and have a value.
  public var values: [Metric: SweepEstimate]
  /// Fréchet distances by the name of the embedding, such as `codec`.
  public var frechet: [String: SweepEstimate]
  /// Number of rows with each flag, by the flag's name; clips that are left out count, too.
  public var flagCounts: [String: Int]

  /// Creates a summary from its values; `SweepCollector` computes the values.
  public init(
    condition: String, clipCount: Int, leftOutCount: Int, payloadBps: SweepEstimate?, fileBps: SweepEstimate?,
    values: [Metric: SweepEstimate], frechet: [String: SweepEstimate], flagCounts: [String: Int]
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

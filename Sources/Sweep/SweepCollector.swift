import Evaluation
import Foundation

/// Makes a sweep's tables out of its cells. What is in the cells alone decides, so a run that was killed and taken up again, and
/// shards that were merged, end with the same bytes as a run in one piece.
struct SweepCollector {
  let description: SweepDescription
  let store: CellStore
  private let keys: [String: [String]]
  private let check: () throws -> Void

  private static let leastClipCount = 2

  /// - Parameter description: what was run; figures of its embeddings are filled in here.
  init(
    _ description: SweepDescription, _ store: CellStore, threadCount: Int, check: @escaping @Sendable () throws -> Void
  ) throws {
    let opusVersion = description.versions["libopus"] ?? ""
    self.description = description
    self.store = store
    self.check = check
    var keys: [String: [String]] = [:]
    for condition in description.conditions {
      let model = description.models.first { $0.name == condition.model }
      keys[condition.identifier] = try description.clips.map {
        try CellStore.key(condition, of: $0, model: model, opusVersion: opusVersion)
      }
    }
    self.keys = keys
  }

  func results() throws -> SweepResults {
    let rows = try rows()
    let byCondition = Dictionary(grouping: rows, by: \.condition)
    let summaries = try description.conditions.compactMap { condition in
      try byCondition[condition.identifier].map { try summary(of: condition, $0) }
    }
    return SweepResults(description: description, rows: rows, summaries: summaries)
  }

  /// All rows there are: by condition, then by clip.
  func rows() throws -> [SweepRow] {
    try description.conditions.flatMap { condition in
      try check()
      return zip(description.clips, keys[condition.identifier] ?? []).compactMap { clip, key in
        store.row(key, clip: clip.name)
      }
    }
  }

  func summary(of condition: SweepCondition, _ rows: [SweepRow]) throws -> SweepSummary {
    let counted = rows.filter { $0.outcome == .ok }
    var values: [SweepMetric: SweepEstimate] = [:]
    for metric in SweepMetric.allCases { values[metric] = try Self.mean(counted.compactMap { $0.values[metric] }) }
    return SweepSummary(
      condition: condition.identifier, clipCount: counted.count, leftOutCount: rows.count - counted.count,
      payloadBps: try Self.mean(counted.compactMap(\.payloadBps)),
      fileBps: try Self.mean(counted.compactMap(\.fileBps)),
      values: values, frechet: [:],
      flagCounts: rows.flatMap(\.flags).reduce(into: [:]) { $0[$1, default: 0] += 1 })
  }

  /// Nil for no values, without an interval for one.
  private static func mean(_ values: [Double]) throws -> SweepEstimate? {
    guard values.count >= leastClipCount else {
      return values.first.map { SweepEstimate(value: $0, lower: nil, upper: nil) }
    }
    let interval = try ConfidenceInterval(meanOf: values)
    return SweepEstimate(value: interval.estimate, lower: interval.lower, upper: interval.upper)
  }
}

import Evaluation
import Report
import Sweep

/// Writer of the page of a sweep and its plots.
enum SweepPage {
  static func write(_ results: SweepResults, into folder: String) throws {
    try ReportWriter(
      results: results, listening: ListeningFolder(path: folder + "/audio"),
      explanations: Metric.allCases.map { ReportExplanation($0.explanation) }
    ).write(into: folder)
  }

  /// Why clips of a condition are left out of the curves, such as `Opus wrote silence`.
  static func reason(for summary: SweepSummary, in results: SweepResults) -> String {
    let outcomes = Set(results.rows.lazy.filter { $0.condition == summary.condition }.map(\.outcome))
    return [
      outcomes.contains(.silent) ? "Opus wrote silence" : nil,
      outcomes.contains(.rateExceeded) ? "Opus exceeded the bitrate" : nil,
    ].compactMap(\.self).joined(separator: "; ")
  }
}

extension ReportExplanation {
  fileprivate init(_ metric: MetricDescription) {
    self.init(
      title: [metric.title, metric.unit].compactMap(\.self).joined(separator: ", "),
      text: metric.definition.prefix(1).uppercased() + metric.definition.dropFirst()
        + ". \(metric.direction.rawValue.prefix(1).uppercased())\(metric.direction.rawValue.dropFirst()); \(metric.range). Tells \(metric.tells). "
        + "Cannot tell \(metric.cannotTell).")
  }
}

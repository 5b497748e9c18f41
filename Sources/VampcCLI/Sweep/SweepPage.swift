import Evaluation
import Report
import Sweep

/// Writer of the HTML page of a sweep's results and of its plots.
enum SweepPage {
  static func write(_ results: SweepResults, into folder: String) throws {
    try ReportWriter(
      results: results, listening: ListeningFolder(path: folder + "/audio"),
      explanations: Metric.allCases.map { ReportExplanation($0) }
    ).write(into: folder)
  }

  /// Reason why clips of a condition are left out of the curves, such as `Opus wrote silence`.
  static func reason(for summary: SweepSummary, in results: SweepResults) -> String {
    let outcomes = Set(results.rows.lazy.filter { $0.condition == summary.condition }.map(\.outcome))
    return [
      outcomes.contains(.silent) ? "Opus wrote silence" : nil,
      outcomes.contains(.rateExceeded) ? "Opus wrote more than requested" : nil,
    ].compactMap(\.self).joined(separator: "; ")
  }
}

extension ReportExplanation {
  fileprivate init(_ metric: Metric) {
    func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() + "." }
    let explanation = metric.explanation
    self.init(
      title: metric.heading,
      text: [
        sentence(explanation.definition), sentence("\(metric.direction.rawValue); \(explanation.range)"),
        sentence("tells \(explanation.tells)"), sentence("cannot tell \(explanation.cannotTell)"),
      ].joined(separator: " "))
  }
}

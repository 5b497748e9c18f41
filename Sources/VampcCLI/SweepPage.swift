import Evaluation
import Report
import Sweep

/// The page of a sweep, and its plots.
enum SweepPage {
  static func write(_ results: SweepResults, into folder: String) throws {
    try ReportWriter(results: results, listening: ListeningFolder(path: folder + "/audio")).write(into: folder)
  }

  /// Why clips of a condition are no points of a curve: `Opus wrote silence`.
  static func reason(for summary: SweepSummary, in results: SweepResults) -> String {
    let outcomes = Set(results.rows.lazy.filter { $0.condition == summary.condition }.map(\.outcome))
    return [
      outcomes.contains(.silent) ? "Opus wrote silence" : nil,
      outcomes.contains(.rateExceeded) ? "Opus wrote more than it was asked for" : nil,
    ].compactMap(\.self).joined(separator: "; ")
  }
}

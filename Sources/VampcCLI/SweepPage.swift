import Report
import Sweep

/// The page of a sweep, and its plots.
enum SweepPage {
  static func write(_ results: SweepResults, into folder: String) throws {
    try ReportWriter(results: results, listening: ListeningFolder(path: folder + "/audio")).write(into: folder)
  }

  static func reason(for summary: SweepSummary, in results: SweepResults) -> String { "" }
}

import Sweep

enum SweepPage {
  static func write(_ results: SweepResults, into folder: String) throws {}
  static func reason(for summary: SweepSummary, in results: SweepResults) -> String { "" }
}

import Foundation
import ReferenceCases
import Sweep
import Testing

/// Tests of the committed figures of the default model: they have the columns that this program writes and support the
/// statements of `fixtures/regression/README.md`.
@Suite struct RegressionFiguresTests {
  private static let figures = ["figure3", "figure4", "figure5"]

  private static func table(_ name: String) throws -> CommaSeparatedTable {
    CommaSeparatedTable(try String(contentsOfFile: Fixtures.path("regression/" + name), encoding: .utf8))
  }

  @Test(arguments: figures)
  func tablesHaveThePresentColumns(figure: String) throws {
    let description = try SweepDescription(resultsIn: Fixtures.path("regression/" + figure))
    let empty = SweepResults(description: description, rows: [], summaries: [])
    let rows = try Self.table(figure + "/results.csv")
    #expect(rows.columns.joined(separator: ",") + "\n" == empty.rowTable)
    let conditions = try Self.table(figure + "/conditions.csv")
    let fixed = empty.conditionTable.trimmingCharacters(in: .newlines)
    #expect(conditions.columns.joined(separator: ",").hasPrefix(fixed))
    #expect(conditions.rows.count == description.conditions.count)
    #expect(rows.rows.count == description.conditions.count * description.clips.count)
    #expect(conditions.rows.map { $0["condition"] } == description.conditions.map(\.identifier))
  }

  @Test func ratesAreThoseOfTheBytes() throws {
    for row in try Self.table("figure5/results.csv").rows where row["file_bytes"] != "" {
      let bytes = try #require(Double(row["file_bytes"] ?? ""))
      let seconds = try #require(Double(row["seconds"] ?? ""))
      let rate = try #require(Double(row["file_bps"] ?? ""))
      #expect(abs(rate - bytes * 8 / seconds) < 1e-4 * rate)
    }
  }

  @Test func noSilentPointIsCounted() throws {
    let silent = try Self.table("figure5/results.csv").rows.filter { $0["outcome"] == "silent" }
    #expect(!silent.isEmpty && silent.allSatisfy { $0["requested_bps"] == "2000" })
    let summary = try #require(
      try Self.table("figure5/conditions.csv").rows.first { $0["requested_bps"] == "2000" })
    #expect(summary["clips"] == "0" && summary["mel_distance"] == "" && summary["frechet_codec"] == "")
  }

  /// Each step up in rate along the frontier (codebooks first, then frames) is nearer to the original; a step back must
  /// lie within the interval of the mean.
  @Test(arguments: ["none", "generate"])
  func melDistanceFallsWithTheRate(fill: String) throws {
    let points = try Self.table("figure5/conditions.csv").rows.filter {
      $0["method"] == "vampc" && ($0["period"] == "1" || $0["codebooks"] == "1")
        && ($0["fill"] == fill || $0["codebooks"] == "14")
    }.map { row in
      func number(_ name: String) throws -> Double { try #require(Double(row[name] ?? "")) }
      return (rate: try number("file_bps"), mel: try number("mel_distance"), high: try number("mel_distance_high"))
    }.sorted { $0.rate < $1.rate }
    #expect(points.count == 9)
    for (low, high) in zip(points, points.dropFirst()) {
      #expect(high.mel <= low.high, "\(high.rate) bit/s: \(high.mel), \(low.rate) bit/s: \(low.mel) up to \(low.high)")
    }
  }
}

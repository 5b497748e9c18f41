import Foundation
import Sweep
import Tokens
import VampcKit

extension FuzzTarget {
  /// Readers of the files of sweeps: descriptions, grids, and tables as comma-separated values.
  ///
  /// The input's first byte says which of the three the rest is.
  public static let sweep = FuzzTarget(name: "sweep") { input in
    guard let mode = input.first else { return }
    let rest = Array(input.dropFirst())
    switch mode % 3 {
    case 0: try readDescription(rest)
    case 1: try readGrid(rest)
    default: try readTable(rest)
    }
  }

  private static func readDescription(_ bytes: [UInt8]) throws {
    let description: SweepDescription
    do { description = try SweepDescription(json: bytes) } catch { return }
    let summaries = description.conditions.map { condition in
      SweepSummary(
        condition: condition.identifier, clipCount: 0, leftOutCount: 0, payloadBps: nil, fileBps: nil, values: [:],
        frechet: [:], flagCounts: [:])
    }
    let results = SweepResults(description: description, rows: [], summaries: summaries)
    _ = results.rowTable
    let lines = CommaSeparatedValues.rows(of: results.conditionTable)
    try require(
      lines.count == description.conditions.count + 1, "\(lines.count) lines of \(description.conditions.count)")
    try require(
      lines.dropFirst().map { $0.first ?? "" } == description.conditions.map(\.identifier), "other conditions")
  }

  private static let model = SweepModel(
    name: "m", geometry: TokenGeometry(sampleRateHz: 44_100, hopLength: 768, codebookCount: 14, codebookSize: 1_024),
    coarseCodebookCount: 4,
    frontier: RateFrontier([CompressionPrompt(codebookCount: 14), CompressionPrompt(codebookCount: 2)]))

  private static func readGrid(_ bytes: [UInt8]) throws {
    let folder = try FuzzFolder()
    let path = try folder.write(bytes, to: "grid.json")
    do {
      let grid = try SweepGrid.read(path: path).grid
      let conditions = try SweepGrid.conditions(of: [grid], models: [model])
      try require(
        Set(conditions.map(\.identifier)).count == conditions.count, "two conditions with one identifier")
    } catch is SweepError {
    } catch is VampcError {}
  }

  private static func readTable(_ bytes: [UInt8]) throws {
    let rows = CommaSeparatedValues.rows(of: String(decoding: bytes, as: UTF8.self))
    let text = rows.map { CommaSeparatedValues.line($0) + "\n" }.joined()
    // A row of one empty field is an empty line, which has no row.
    let written = rows.filter { $0 != [""] }
    try require(CommaSeparatedValues.rows(of: text).filter { $0 != [""] } == written, "a table reads otherwise")
    for field in rows.joined() where Double(field) == nil {
      let written = CommaSeparatedValues.line([field]).unicodeScalars
      let first = written.first == "\"" ? written.dropFirst().first : written.first
      try require(!"=+-@\t\r".unicodeScalars.contains(first ?? " "), "'\(field)' begins a formula")
    }
  }
}

import Evaluation
import Foundation
import SystemCalls
import VampcKit

extension SweepCondition {
  /// Names of the table columns with a condition's settings, in the order of ``fields``.
  static let columns = [
    "method", "model", "prompt", "codebooks", "period", "prompt_seconds", "fill", "coarse_steps", "sampler", "seed",
    "noise_ratio", "requested_bps", "frame_milliseconds", "constant_rate",
  ]

  var fields: [String] {
    [
      method.rawValue, model ?? "", prompt?.rawValue ?? "", TidyTable.number(codebooks), TidyTable.number(period),
      TidyTable.number(promptSeconds), fill?.rawValue ?? "", TidyTable.number(coarseSteps), sampler?.identifier ?? "",
      TidyTable.number(seed),
      TidyTable.number(noiseRatio), TidyTable.number(requestedBps), TidyTable.number(frameMilliseconds),
      isConstantRate.map { "\($0)" } ?? "",
    ]
  }
}

extension SweepResults {
  /// Text of `results.csv`: a row for each clip and condition with a result.
  public var rowTable: String {
    let conditions = Dictionary(uniqueKeysWithValues: description.conditions.map { ($0.identifier, $0) })
    var table = TidyTable(
      columns: ["clip", "condition"] + SweepCondition.columns + [
        "outcome", "seconds", "payload_bytes", "payload_bps", "file_bytes", "file_bps", "masked_share",
      ] + Metric.ofClips.map(\.id) + ["flags", "compute_seconds"])
    for row in rows {
      let condition = conditions[row.condition]?.fields ?? SweepCondition.columns.map { _ in "" }
      table.append(
        [row.clip, row.condition] + condition + [
          row.outcome.rawValue, TidyTable.number(row.seconds), TidyTable.number(row.payloadBytes),
          TidyTable.number(row.payloadBps), TidyTable.number(row.fileBytes), TidyTable.number(row.fileBps),
          TidyTable.number(row.maskedShare),
        ] + Metric.ofClips.map { TidyTable.number(row.values[$0]) } + [
          row.flags.joined(separator: " "), TidyTable.number(row.computeSeconds),
        ])
    }
    return table.text
  }

  /// Text of `conditions.csv`: a row for each condition with a summary.
  public var conditionTable: String {
    func estimate(_ name: String) -> [String] { [name, name + "_low", name + "_high"] }
    func fields(_ estimate: SweepEstimate?) -> [String] {
      [TidyTable.number(estimate?.value), TidyTable.number(estimate?.lower), TidyTable.number(estimate?.upper)]
    }
    let flags = Set(summaries.flatMap(\.flagCounts.keys)).sorted()
    let embeddings = description.embeddings.map(\.name)
    var columns = ["condition"] + SweepCondition.columns + ["label", "series", "figures", "clips", "left_out"]
    columns += (["payload_bps", "file_bps"] + Metric.ofClips.map(\.id)).flatMap(estimate)
    columns += embeddings.flatMap { estimate("frechet_" + $0) } + flags.map { "flagged_" + $0 }
    var table = TidyTable(columns: columns)
    let conditions = Dictionary(uniqueKeysWithValues: description.conditions.map { ($0.identifier, $0) })
    for summary in summaries {
      guard let condition = conditions[summary.condition] else { continue }
      var row = [summary.condition] + condition.fields
      row += [condition.label, condition.series, condition.figures.joined(separator: " ")]
      row += [TidyTable.number(summary.clipCount), TidyTable.number(summary.leftOutCount)]
      row += fields(summary.payloadBps) + fields(summary.fileBps)
      row += Metric.ofClips.flatMap { fields(summary.values[$0]) }
      row += embeddings.flatMap { fields(summary.frechet[$0]) }
      row += flags.map { TidyTable.number(summary.flagCounts[$0] ?? 0) }
      table.append(row)
    }
    return table.text
  }

  /// Writes `results.csv`, `conditions.csv` and `sweep.json`. Each file is written under a temporary name and renamed.
  ///
  /// - Throws: `ReplacingFileError`.
  public func writeTables(into folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let json = String(decoding: try encoder.encode(description), as: UTF8.self) + "\n"
    for (name, text) in [("results.csv", rowTable), ("conditions.csv", conditionTable), ("sweep.json", json)] {
      let path = folder + "/" + name
      try ReplacingFile.write(Array(text.utf8), to: path)
    }
  }
}

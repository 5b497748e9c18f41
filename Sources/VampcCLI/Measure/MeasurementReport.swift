import Evaluation
import Foundation
import Sweep

/// Figures of one pair of files, as `measure` prints them.
struct MeasurementReport {
  let pair: MeasuredPairs.Pair
  let measurement: ClipMeasurement

  var json: JSONObject {
    var object = JSONObject()
    object.set("reference", pair.reference)
    object.set("decoded", pair.decoded)
    func set(_ metrics: Metric...) {
      for metric in metrics { object.set(metric.id, measurement.value(of: metric)) }
    }
    set(.melDistance, .dacMelDistance, .sevenScaleMelDistance, .stftDistance, .siSDR, .loudnessDifference)
    object.set("reference_lufs", measurement.referenceLUFS)
    object.set("decoded_lufs", measurement.decodedLUFS)
    set(.referenceBandwidth, .decodedBandwidth, .lag)
    object.set("lag_peak", measurement.lag?.peak)
    object.set("reference_clipped_samples", measurement.referenceDefects.clippedSampleCount)
    set(.clippedSamples)
    object.set("reference_silent", measurement.referenceDefects.isSilent)
    object.set("decoded_silent", measurement.decodedDefects.isSilent)
    set(.longestSilence, .dcOffset)
    object.set("compared_samples", measurement.comparedSampleCount)
    object.set("sample_count_difference", measurement.sampleCountDifference)
    object.set("sample_rate_hz", measurement.sampleRateHz)
    object.set("flags", measurement.flags.map(\.rawValue))
    return object
  }

  var text: String {
    let difference =
      measurement.loudnessDifferenceDB.map {
        " (\($0 < 0 ? "" : "+")\(Format.number($0, decimals: 2)) LU)"
      } ?? ""
    var lines = [
      ("mel distance", Format.number(measurement.melDistance, decimals: 4)),
      (
        "others",
        "\(Format.number(measurement.dacMelDistance, decimals: 4)) as in DAC's tables, "
          + "\(Format.number(measurement.sevenScaleMelDistance, decimals: 4)) over seven scales, "
          + "\(Format.number(measurement.stftDistance, decimals: 4)) STFT"
      ),
      ("SI-SDR", measurement.siSDRDB.map { Format.number($0, decimals: 2) + " dB" } ?? "infinite or undefined"),
      (
        "loudness",
        "\(Self.loudness(measurement.referenceLUFS)) to \(Self.loudness(measurement.decodedLUFS))\(difference)"
      ),
      ("bandwidth", "\(Self.hertz(measurement.referenceBandwidthHz)) to \(Self.hertz(measurement.decodedBandwidthHz))"),
      ("lag", measurement.lag.map { Format.count($0.lagSamples, "sample") } ?? "undecidable"),
    ]
    if measurement.decodedDefects.isClipped {
      lines.append(
        ("clipped", "\(Format.count(measurement.decodedDefects.clippedSampleCount, "sample")) of the decoded file"))
    }
    if measurement.referenceDefects.isSilent { lines.append(("silent", "the reference")) }
    lines += measurement.flags.map { ("flag", "\($0.rawValue): \($0.explanation)") }
    return lines.map { $0.0.padding(toLength: 14, withPad: " ", startingAt: 0) + $0.1 }.joined(separator: "\n")
  }

  private static func loudness(_ loudnessLUFS: Double?) -> String {
    loudnessLUFS.map { Format.number($0, decimals: 2) + " LUFS" } ?? "no loudness"
  }

  private static func hertz(_ hertz: Double) -> String { Format.number(hertz, decimals: 0) + " Hz" }
}

extension MeasurementReport {
  private static let columns: [(metric: Metric, title: String, decimals: Int)] = [
    (.melDistance, "mel", 4), (.dacMelDistance, "DAC mel", 4), (.sevenScaleMelDistance, "mel 7", 4),
    (.stftDistance, "STFT", 4), (.siSDR, "SI-SDR dB", 2), (.loudnessDifference, "loudness LU", 2),
    (.decodedBandwidth, "bandwidth Hz", 0), (.lag, "lag", 0),
  ]

  /// Table with a line for each clip, then lines with the means and the ends of their 95 % intervals. The lag has no
  /// mean.
  static func table(_ reports: [MeasurementReport]) throws -> String {
    var rows = [["clip"] + columns.map(\.title) + ["flags"]]
    for report in reports {
      let figures = columns.map { column in
        report.measurement.value(of: column.metric).map { Format.number($0, decimals: column.decimals) } ?? "-"
      }
      let flags = report.measurement.flags.map(\.rawValue).joined(separator: " ")
      rows.append([Console.printable(report.pair.name)] + figures + [flags])
    }
    let intervals = try columns.map { column -> ConfidenceInterval? in
      let values = reports.compactMap { $0.measurement.value(of: column.metric) }
      return column.metric == .lag || values.count < 2 ? nil : try ConfidenceInterval(meanOf: values)
    }
    for (title, figure) in [("mean", \.estimate), ("95 % from", \.lower), ("to", \.upper)]
      as [(String, KeyPath<ConfidenceInterval, Double>)]
    {
      let figures = zip(intervals, columns).map { interval, column in
        interval.map { Format.number($0[keyPath: figure], decimals: column.decimals) } ?? "-"
      }
      rows.append([title] + figures + [""])
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, text in
        let space = String(repeating: " ", count: widths[column] - text.count)
        return column == 0 || column == row.count - 1 ? text + space : space + text
      }.joined(separator: "  ").replacing(#/\s+$/#, with: "")
    }.joined(separator: "\n")
  }

  /// Comma-separated values: a line of names, then a line for each clip. Spaces separate flags.
  static func csv(_ reports: [MeasurementReport]) -> String {
    guard let first = reports.first else { return "" }
    let rows = reports.map { report in
      report.json.entries.map { key, text in
        switch key {
        case "reference": report.pair.reference
        case "decoded": report.pair.decoded
        case "flags": report.measurement.flags.map(\.rawValue).joined(separator: " ")
        default: text == "null" ? "" : text
        }
      }
    }
    return ([first.json.entries.map(\.key)] + rows).map(CommaSeparatedValues.line).joined(separator: "\n")
  }
}

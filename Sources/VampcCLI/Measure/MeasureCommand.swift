import ArgumentParser
import AudioIO
import Evaluation
import Foundation
import ModelStore
import Signal
import SystemCalls
import VampcKit

/// Command `vampc measure`.
struct MeasureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract: "Compare decoded audio with its original.",
    usage: """
      vampc measure [options] ORIGINAL DECODED
      vampc measure [options] ORIGINALS/ DECODED/
      vampc measure [options] ORIGINAL... DECODED...
      """,
    discussion: """
      EXAMPLES
        vampc measure song.flac song.wav               print all figures
        vampc measure --json song.flac song.wav | jq .mel_distance  print one figure
        vampc measure --csv originals decoded > figures.csv
                                                       write a row for each pair
        vampc measure --frechet dac originals decoded  compare two sets of clips
        vampc measure --frechet dac --save-statistics kept originals
                                                       store statistics
        vampc measure --frechet dac --reference-statistics kept decoded
                                                       use stored statistics
        vampc measure --frechet vggish:my-vggish originals decoded
                                                       use embeddings of VGGish
        vampc measure --embedding-command 'python3 embed.py' originals decoded
                                                       use embeddings of a program
        vampc measure --explain                        explain every figure

      Files of two folders belong together if their paths in the folders are equal, apart \
      from the extension. Of several files, the \
      first half are the originals. A decoded file is resampled to the sample rate \
      of its original. If the channel counts differ, both are mixed to mono; if the \
      lengths differ, the end of the longer one is ignored. --explain describes each \
      figure and its limits. Flags mark clips whose figures mean little: silence, \
      clipping, a shift in time.

      A damaged file is read as far as possible, with silence in place of lost \
      sound: a warning says so, and the exit status is 2.
      """)

  @Flag(help: "Print JSON, one key a line: an object; for several pairs, an object with the array 'clips'.")
  var json = false

  @Flag(help: "Print comma-separated values: a line of names, then a line for each pair.")
  var csv = false

  @Flag(help: "Describe each figure, and what it can and cannot tell.")
  var explain = false

  @OptionGroup var frechet: FrechetOptions
  @OptionGroup var machine: MachineOptions

  @Argument(
    help: ArgumentHelp("Originals, then decoded files; or two folders.", valueName: "file"), completion: .file())
  var files: [String] = []

  func validate() throws {
    if explain { return }
    if files.count(where: { $0 == "-" }) > 1 { throw ValidationError("- can be given only once") }
    if files.contains("") { throw ValidationError("a file name is empty") }
    if json, csv { throw ValidationError("--json and --csv exclude each other") }
    if csv, frechet.isWanted { throw ValidationError("--csv excludes a Fréchet distance; --json prints it") }
    if frechet.isWanted, files.contains("-") { throw ValidationError("a Fréchet distance needs files, not -") }
    let fewest = frechet.saveStatistics != nil || frechet.referenceStatistics != nil ? 1 : 2
    guard files.count >= fewest else {
      throw ValidationError(fewest == 1 ? "no files given" : "measure needs an original and a decoded file")
    }
  }

  func run() throws {
    if explain { return try Console.result(Self.explanation) }
    var place = "measure"
    let source = MeasuredAudio()
    do {
      if frechet.referenceStatistics != nil {
        try measureAgainstStatistics(source, place: &place)
      } else if frechet.saveStatistics != nil, files.count == 1 {
        try saveStatistics(source, place: &place)
      } else {
        try measurePairs(source, place: &place)
      }
      try source.status.end()
    } catch {
      ErrorReport.show(error, about: place)
      throw ExitStatus(of: error)
    }
  }

  private func measurePairs(_ source: MeasuredAudio, place: inout String) throws {
    let pairs = try MeasuredPairs(files).pairs
    let embedder = try frechet.embedder(machine)
    var reports: [MeasurementReport] = []
    for pair in pairs {
      place = pair.decoded
      let report = MeasurementReport(
        pair: pair,
        measurement: try ClipMeasurement(of: source.audio(of: pair.decoded), from: source.audio(of: pair.reference)))
      let difference = report.measurement.sampleCountDifference
      if difference != 0 {
        Console.warning(
          "\(pair.decoded): \(Format.count(abs(difference), "sample")) \(difference > 0 ? "longer" : "shorter") than the "
            + "reference; the common part is compared")
      }
      reports.append(report)
    }
    var estimate: FrechetEstimate?
    if let embedder {
      place = "Fréchet distance"
      let reference = try embedder.embed(pairs.map { Self.clip(source, $0.reference, name: $0.name) })
      if let path = frechet.saveStatistics { try Self.save(reference, to: path) }
      let decoded = try embedder.embed(pairs.map { Self.clip(source, $0.decoded, name: $0.name) })
      estimate = try FrechetEstimate(of: decoded, from: .clips(reference))
    }
    try Console.result(text(of: reports, estimate))
  }

  /// Figures of all pairs as CSV, JSON or text, as the options ask. Text is a list for one pair and a table for several
  /// pairs.
  private func text(of reports: [MeasurementReport], _ estimate: FrechetEstimate?) throws -> String {
    if csv { return MeasurementReport.csv(reports) }
    if json {
      var object = JSONObject()
      if reports.count == 1 { object = reports[0].json } else { object.set("clips", reports.map(\.json)) }
      if let estimate { object.set("frechet", estimate.json) }
      return object.text
    }
    let figures = try reports.count == 1 ? reports[0].text : MeasurementReport.table(reports)
    return ([figures] + (estimate.map { [$0.text] } ?? [])).joined(separator: "\n\n")
  }

  private func measureAgainstStatistics(_ source: MeasuredAudio, place: inout String) throws {
    guard let path = frechet.referenceStatistics, let embedder = try frechet.embedder(machine) else { return }
    place = path
    let statistics = try EmbeddingStatistics(path: path)
    place = "Fréchet distance"
    let paths = try MeasuredPairs.files(files)
    let decoded = try embedder.embed(paths.map { Self.clip(source, $0, name: $0) })
    let estimate = try FrechetEstimate(of: decoded, from: .statistics(statistics))
    var object = JSONObject()
    object.set("frechet", estimate.json)
    try Console.result(json ? object.text : estimate.text)
  }

  private func saveStatistics(_ source: MeasuredAudio, place: inout String) throws {
    guard let path = frechet.saveStatistics, let embedder = try frechet.embedder(machine) else { return }
    place = "statistics"
    let paths = try MeasuredPairs.files(files)
    let set = try embedder.embed(paths.map { Self.clip(source, $0, name: $0) })
    try Self.save(set, to: path)
    try Console.result(
      Console.printable(
        "\(path): \(Format.count(set.clips.count, "clip")), \(Format.count(set.embeddingCount, "embedding")) of "
          + "\(set.dimension) values"))
  }

  private static func save(_ set: EmbeddingSet, to path: String) throws {
    let bytes = try set.statistics().encoded()
    try OutputFile(path: path, replaces: true, madeFrom: nil).complete { try $0.write(bytes) }
  }

  private static func clip(_ source: MeasuredAudio, _ path: String, name: String) -> EmbeddableClip {
    EmbeddableClip(name: name) { try source.audio(of: path) }
  }

  /// Text of `--explain`: description of each metric and flag.
  private static var explanation: String {
    let metrics = Metric.allCases.map { metric in
      let details = metric.explanation
      return """
        \(metric.id)
        \(metric.title)\(metric.unit.map { " in \($0)" } ?? ""); \(metric.direction.rawValue); \(details.range).
          is: \(details.definition).
          tells: \(details.tells).
          cannot tell: \(details.cannotTell).
        """
    }
    let flags = MeasurementFlag.allCases.map { "  \($0.rawValue): \($0.explanation)" }
    return (metrics + ["flags\n" + flags.joined(separator: "\n")]).joined(separator: "\n\n")
  }
}

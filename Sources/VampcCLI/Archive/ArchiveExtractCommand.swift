import Archive
import ArgumentParser
import Bitstream
import ExplainedErrors
import Foundation
import SystemCalls
import VampcKit

/// Command `vampc archive extract`.
struct ArchiveExtractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Copy a recording, or a span of time, from an archive.",
    discussion: """
      EXAMPLES
        vampc archive extract radio.vampa monday  write monday.vampc
        vampc archive extract radio.vampa monday -o - | vampc decode - | aplay
                                                  play a recording
        vampc archive extract radio.vampa --from 2026-11-23T12:00:00Z \\
            --to 2026-11-23T12:10:00Z -o noon.vampc  write ten minutes

      For a span of time, the output has one stream for each recording in the span: \
      the blocks that cover the span.
      """)

  @Option(
    help: ArgumentHelp(
      "Start of the span, such as 2026-11-23T12:00:00+01:00. Default: the first recording.", valueName: "time"))
  var from: ArchiveTime?

  @Option(help: ArgumentHelp("End of the span, exclusive. Default: the last recording.", valueName: "time"))
  var to: ArchiveTime?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Output file, or - for standard output. Default: the name of the recording with .vampc.", valueName: "path"),
    completion: .file())
  var output: String?

  @Flag(name: .shortAndLong, help: "Overwrite an existing output file.")
  var force = false

  @Flag(name: .shortAndLong, help: "Print only warnings and errors.")
  var quiet = false

  @Argument(help: ArgumentHelp("Archive to read.", valueName: "archive"), completion: .file(extensions: ["vampa"]))
  var archive: String

  @Argument(help: ArgumentHelp("Name of the recording. Default: all recordings in the span.", valueName: "name"))
  var name: String?

  func validate() throws {
    if name == nil, from == nil, to == nil { throw ValidationError("a name is needed, or --from and --to") }
    if name == nil, output == nil { throw ValidationError("a span needs an output file: -o") }
    if let from, let to, from.microseconds >= to.microseconds {
      throw ValidationError("--from must be before --to")
    }
  }

  func run() throws {
    let target = output.map(FilePlan.target) ?? Self.fileName(for: name ?? "")
    try TerminalError.refuse(output: target == "-")
    try InputLoop.run(archive) {
      let reader = try ArchiveReader(try ArchiveFile(reading: archive).bytes(), search: .thorough)
      let file =
        target == "-"
        ? OutputFile(standardOutputNamed: "standard output")
        : try OutputFile(path: target, replaces: force, madeFrom: archive)
      return try file.complete { file in try extract(from: reader, into: file, target) }
    }
  }

  private var span: Range<Int>? {
    guard from != nil || to != nil else { return nil }
    return (from?.microseconds ?? .min)..<(to?.microseconds ?? .max)
  }

  private func extract(from reader: ArchiveReader, into file: ReplacingFile, _ target: String) throws -> ExitStatus {
    var status = ExitStatus.success
    var count = 0
    func take(_ recording: ArchivedRecording) throws {
      let write = { (bytes: [UInt8]) in
        try Interruption.shared.check()
        try file.write(bytes)
      }
      let result =
        if let span { try reader.excerpt(of: recording, in: span, write: write) } else {
          try reader.extract(recording, write: write)
        }
      if let damage = result.damage.first {
        Console.warning("\(archive): '\(recording.name)': \(damage.reason)")
        status = .decodedWithDamage
      }
      count += result.byteCount > 0 ? 1 : 0
      guard !quiet, result.byteCount > 0 else { return }
      let text =
        "\(Console.printable(archive)): '\(Console.printable(recording.name))' -> "
        + "\(Console.printable(target)): \(Format.bytes(result.byteCount))"
      try Console.result(text, standardOutputCarriesData: target == "-")
    }
    if let name {
      guard let recording = try reader.recording(named: name) else { throw ArchiveError.noSuchName(name) }
      try take(recording)
    } else if let span {
      var cursor = try reader.recordings(in: span)
      while let recording = try cursor.next() { try take(recording) }
    }
    guard count > 0 else { throw ArchiveExtractError.nothingInSpan }
    return status
  }

  /// File name for a recording: the last component of its name, so that the file stays in the current folder.
  private static func fileName(for name: String) -> String {
    (name.split(separator: "/").last.map(String.init) ?? "recording") + ".vampc"
  }
}

/// Error of `vampc archive extract` where nothing was extracted.
enum ArchiveExtractError: ExplainedError, Equatable {
  /// No recording has audio within the span.
  case nothingInSpan

  var kind: ErrorKind { .failure }

  var description: String {
    switch self {
    case .nothingInSpan: "no recording has any of this time"
    }
  }
}

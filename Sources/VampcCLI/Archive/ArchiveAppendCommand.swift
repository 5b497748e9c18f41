import Archive
import ArgumentParser
import AudioIO
import Bitstream
import ExplainedErrors
import Foundation
import Kernels
import ModelStore
import VampcKit

/// `vampc archive append`
struct ArchiveAppendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "append",
    abstract: "Add recordings to an archive, which is created where there is none.",
    discussion: """
      EXAMPLES
        vampc archive append radio.vampa monday.flac tuesday.flac
        vampc archive append radio.vampa --start 2026-11-23T12:00:00+01:00 noon.wav
        vampc archive append radio.vampa song.vampc            a stream, taken over as it is
        arecord -t raw -f cd | vampc archive append radio.vampa --name live --raw 44100:2:s16le -

      What was written before stays valid at every instant: when the program is killed, the machine stops or the disk is
      full, all but the unfinished block is there, and the next append goes on.
      """)

  @OptionGroup(title: "Encoding") var encoding: EncodingOptions
  @OptionGroup(title: "Imagining, stored in the stream") var sampler: SamplerOptions
  @OptionGroup(title: "Machine") var machine: MachineOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  @Option(help: "Name of the recording. Default: the file's name without extension; for a pipe its start.")
  var name: String?

  @Option(
    help: ArgumentHelp(
      "When the recording begins, such as 2026-11-23T12:00:00+01:00; several inputs follow each other. Default: for a file when it was last changed, for a pipe now.",
      valueName: "time"))
  var start: ArchiveTime?

  @Argument(help: ArgumentHelp("The archive.", valueName: "archive"))
  var archive: String

  @Argument(help: ArgumentHelp("Audio files or streams; - is standard input.", valueName: "input"))
  var inputs: [String]

  func validate() throws {
    if archive == "-" { throw ValidationError("an archive must be a file, not -") }
    if archive.isEmpty || inputs.contains("") { throw ValidationError("a file name is empty") }
    if inputs.count(where: { $0 == "-" }) > 1 { throw ValidationError("- can be given once") }
    if let name {
      if inputs.count > 1 { throw ValidationError("--name is for one input") }
      do { try ArchivedRecording.requireName(name) } catch { throw ValidationError("\(error)") }
    }
  }

  func run() throws {
    try TerminalError.refuse(input: inputs.contains("-"))
    let appender = ArchiveAppender(self)
    try InputLoop.run(inputs, name: InputLoop.displayName) { error in
      // An archive that cannot be written fails for every input.
      (error as? ArchiveError)?.subject == .file(archive)
    } _: { path in
      try appender.append(path)
      return .success
    }.end()
  }
}

/// Appends one input after the other.
final class ArchiveAppender {
  private let options: ArchiveAppendCommand
  private var writer: ArchiveWriter?
  private var encoder: RecordingEncoder?
  /// Where the next recording begins if `--start` was given.
  private var nextStart: ArchiveTime?

  init(_ options: ArchiveAppendCommand) {
    self.options = options
    nextStart = options.start
  }

  func append(_ path: String) throws {
    let bytes = try InputBytes(path: path)
    let input = try ArchiveInput(bytes, raw: try options.encoding.raw.map(RawAudioFormat.init(parsing:)))
    // What is damaged is better refused than found in the archive.
    if case .stream(_, let file?) = input { _ = try StreamSummary.verify(source: file.source(from: 0)) }
    if case .audio = input { encoder = try encoder ?? loadEncoder() }
    let writer = try openWriter()
    let fileTime = path == "-" ? nil : ArchiveTime(modificationOf: bytes.descriptor)
    let start = nextStart ?? fileTime ?? ArchiveTime.now
    let name = options.name ?? (path == "-" ? "\(start)" : Self.name(ofFile: path))
    let finishedCount = writer.finished.count
    try writer.begin(name: name, start: start)
    let display = ProgressDisplay(name: bytes.name, isShown: options.messages.showsProgress)
    do {
      switch input {
      case .audio(let reader): try encode(reader, writer, display)
      case .stream(let stream, _):
        while case let piece = try stream.next(), !piece.isEmpty { try writer.append(piece) }
      }
      try writer.finish()
    } catch {
      display.end()
      try keepBeginning(writer, after: error)
      try tell(bytes.name, writer, since: finishedCount)
      throw error
    }
    display.end()
    if nextStart != nil { nextStart = writer.finished.last?.end }
    try tell(bytes.name, writer, since: finishedCount)
  }

  private func encode(_ reader: AudioReader, _ writer: ArchiveWriter, _ display: ProgressDisplay) throws {
    guard let encoder else { preconditionFailure("no encoder for audio") }
    let report = try encoder.encode(reader, write: { try writer.append($0) }, progress: display.update)
    if report.nonFiniteSampleCount > 0 {
      Console.warning("\(reader.name): \(report.nonFiniteSampleCount) samples are not finite and count as 0")
    }
  }

  /// What was recorded before a failure is not thrown away.
  private func keepBeginning(_ writer: ArchiveWriter, after error: any Error) throws {
    // Where nothing can be written, the next writer closes it.
    if case ArchiveError.writeFailed = error { return }
    _ = try writer.finishCutOff()
  }

  private func tell(_ input: String, _ writer: ArchiveWriter, since finishedCount: Int) throws {
    guard !options.messages.quiet else { return }
    for recording in writer.finished[finishedCount...] {
      var text = "\(Console.printable(input)) -> \(Console.printable(options.archive)): "
      text +=
        "'\(Console.printable(recording.name))', \(recording.start), \(Format.seconds(recording.durationSeconds)), "
      text += Format.bytes(recording.byteRange.count) + (recording.state == .cutOff ? ", cut off" : "")
      try Console.result(text)
    }
  }

  private func openWriter() throws -> ArchiveWriter {
    if let writer { return writer }
    let opened = try ArchiveWriter(path: options.archive)
    if let recovery = opened.recovery {
      for recording in recovery.recordings {
        Console.warning(
          "\(options.archive): '\(recording.name)' was left unfinished and is closed after "
            + Format.seconds(recording.durationSeconds))
      }
      if recovery.removedByteCount > 0 {
        Console.warning(
          "\(options.archive): \(Format.bytes(recovery.removedByteCount)) of an unfinished write are cut off")
      }
    }
    writer = opened
    return opened
  }

  private func loadEncoder() throws -> RecordingEncoder {
    let loaded = try Model(
      try Models.library().bundle(named: options.encoding.model), context: options.machine.context())
    var settings = try options.encoding.settings(for: loaded, options.sampler.changes)
    settings.latencySeconds = settings.latencySeconds ?? EncoderSettings.pipeLatencySeconds
    return try RecordingEncoder(loaded, settings)
  }

  /// Without folder and extension.
  private static func name(ofFile path: String) -> String {
    let url = URL(fileURLWithPath: path)
    let name = url.deletingPathExtension().lastPathComponent
    return name.isEmpty ? url.lastPathComponent : name
  }
}

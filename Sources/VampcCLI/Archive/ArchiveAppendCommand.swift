import Archive
import ArgumentParser
import AudioIO
import Bitstream
import ExplainedErrors
import Foundation
import Kernels
import ModelStore
import SystemCalls
import VampcKit

/// Command `vampc archive append`.
struct ArchiveAppendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "append",
    abstract: "Append recordings to an archive, creating it if necessary.",
    discussion: """
      EXAMPLES
        vampc archive append radio.vampa monday.flac tuesday.flac
                                                     append two recordings
        vampc archive append radio.vampa --start 2026-11-23T12:00:00+01:00 noon.wav
                                                     state when it began
        vampc archive append radio.vampa song.vampc  copy a stream unchanged
        arecord -t raw -f cd | \\
            vampc archive append radio.vampa --name live --raw 44100:2:s16le -
                                                     append from a sound card

      The archive is valid at every moment: if the program is killed, the machine \
      stops or the disk is full, all blocks but the unfinished one are kept, and the \
      next append continues after them.
      """)

  @Option(
    help:
      "Name of the recording, unique in the archive. Default: the name of the file without extension; for a pipe, its start."
  )
  var name: String?

  @Option(
    help: ArgumentHelp(
      "Start of the recording, such as 2026-11-23T12:00:00+01:00. Further inputs follow one another. Default: the time that a Broadcast Wave file states; for other files, the modification time minus the duration; for a pipe, now.",
      valueName: "time"))
  var start: ArchiveTime?

  @Flag(help: "Wait while another program appends to the archive, instead of failing.")
  var wait = false

  @OptionGroup(title: "Encoding") var encoding: EncodingOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions
  @OptionGroup(title: "Prompt: tokens that are kept in addition, or masked") var prompt: PromptOptions
  @OptionGroup(title: "Blocks, loudness, high-pass and tags") var stream: StreamOptions
  @OptionGroup(title: "Generating, stored in the stream") var sampler: SamplerOptions
  @OptionGroup(title: "Machine") var machine: MachineOptions

  @Argument(help: ArgumentHelp("Archive to append to.", valueName: "archive"), completion: .file(extensions: ["vampa"]))
  var archive: String

  @Argument(help: ArgumentHelp("Audio files or streams; - is standard input.", valueName: "input"), completion: .file())
  var inputs: [String]

  /// Values of all option groups that decide how audio is encoded.
  var choices: EncodingChoices {
    EncodingChoices(encoding: encoding, prompt: prompt, stream: stream, sampler: sampler)
  }

  func validate() throws {
    try choices.validate()
    if prompt.needsAudio {
      throw ValidationError(
        "archive append has no --beats, --onsets and --snap-to-beats: 'vampc beats' and --keep-times find times")
    }
    if archive == "-" { throw ValidationError("an archive must be a file, not -") }
    if archive.isEmpty || inputs.contains("") { throw ValidationError("a file name is empty") }
    if inputs.count(where: { $0 == "-" }) > 1 { throw ValidationError("- can be given only once") }
    if let name {
      if inputs.count > 1 { throw ValidationError("--name needs a single input") }
      do { try ArchivedRecording.requireName(name) } catch { throw ValidationError("\(error)") }
    }
  }

  func run() throws {
    try TerminalError.refuse(input: inputs.contains("-"))
    let appender = ArchiveAppender(self)
    // An archive that cannot be written fails for every input.
    let endsAll = { (error: any Error) in (error as? ArchiveError)?.subject == .file(archive) }
    try InputLoop.run(inputs, name: InputLoop.displayName, endsAll: endsAll) { path in
      try Interruption.shared.endingInput(at: path) { stop in try appender.append(path, stop) }
    }.end()
  }
}

/// Appender of inputs to an archive, one after the other. The model is loaded at the first audio input.
final class ArchiveAppender {
  private let options: ArchiveAppendCommand
  private var writer: ArchiveWriter?
  private var encoder: RecordingEncoder?
  /// Start of the next input's recording: the value of `--start`, then the end of the last recording that was appended
  /// without an error. Nil without `--start`.
  private var nextStart: ArchiveTime?

  init(_ options: ArchiveAppendCommand) {
    self.options = options
    nextStart = options.start
  }

  /// Appends one input, and returns the exit status for this input. Audio becomes one recording; each stream of a file
  /// of streams becomes one recording.
  func append(_ path: String, _ stop: RecordingStop?) throws -> ExitStatus {
    let bytes = try InputBytes(path: path, stop: stop)
    let input = try ArchiveInput(
      bytes, raw: try options.encoding.raw.map(RawAudioFormat.init(parsing:)),
      stopsAtDamage: options.encoding.strict, stop: stop)
    if case .audio(let reader) = input {
      if !options.messages.quiet { FFmpeg.mention(reader, as: bytes.name) }
      if let stop, reader.isSeekable, !stop.isRequested { Interruption.shared.letSignalsEndTheWork() }
    }
    // A damaged stream is refused before anything is written.
    let summaries: [StreamSummary] =
      if case .stream(_, let file?) = input { try StreamSummary.verify(source: file.source(from: 0)) } else { [] }
    if case .audio = input { encoder = try encoder ?? loadEncoder() }
    let start = try nextStart ?? Self.start(of: input, summaries, bytes, path)
    try ArchiveWriter.requireStorable(summaries, from: start)
    let writer = try openWriter(for: path)
    let name = options.name ?? (path == "-" ? "\(start)" : Self.name(ofFile: path))
    let finishedCount = writer.finished.count
    try writer.begin(name: name, start: start)
    let display = ProgressDisplay(name: bytes.name, isShown: options.messages.showsProgress)
    var (status, kept) = (ExitStatus.success, "")
    do {
      switch input {
      case .audio(let reader): (status, kept) = try encode(reader, writer, display)
      case .stream(let stream, _):
        while case let chunk = try stream.next(), !chunk.isEmpty { try writer.append(chunk) }
      }
      try writer.finish()
    } catch {
      display.end()
      try keepBeginning(writer, after: error)
      try tell(bytes.name, writer, since: finishedCount)
      // A stream that a signal ended in its middle is kept up to its last complete block.
      if let stop, stop.isRequested, case ArchiveError.incomplete = error { return .success }
      throw error
    }
    display.end()
    if nextStart != nil { nextStart = writer.finished.last?.end }
    try tell(bytes.name, writer, since: finishedCount, kept: kept)
    return status
  }

  private static func start(
    of input: ArchiveInput, _ summaries: [StreamSummary], _ bytes: InputBytes, _ path: String
  ) throws -> ArchiveTime {
    let end = path == "-" ? nil : try ArchiveTime(modificationOf: bytes.descriptor)
    return try RecordingStart(of: input, summaries, endingAt: end).time
  }

  private func encode(_ reader: AudioReader, _ writer: ArchiveWriter, _ display: ProgressDisplay) throws
    -> (ExitStatus, kept: String)
  {
    guard let encoder else { preconditionFailure("no encoder for audio") }
    let report = try encoder.encode(reader, write: { try writer.append($0) }, progress: display.update)
    let figures = StreamFigures(
      header: report.header, sampleCount: report.sampleCount, statistics: report.statistics)
    let kept = "\(Format.percent(figures.keptShare)) of the tokens kept (\(Format.bitrate(figures.tokenRateBps)))"
    return (EncodingWarnings(report).tell(about: reader.name), kept)
  }

  /// Ends a recording whose input failed, after its last complete block, and keeps the recording.
  private func keepBeginning(_ writer: ArchiveWriter, after error: any Error) throws {
    // If nothing can be written, the next `archive append` ends the recording.
    if case ArchiveError.writeFailed = error { return }
    _ = try writer.finishCutOff()
  }

  private func tell(_ input: String, _ writer: ArchiveWriter, since finishedCount: Int, kept: String = "") throws {
    guard !options.messages.quiet else { return }
    for recording in writer.finished[finishedCount...] {
      var text = "\(Console.printable(input)) -> \(Console.printable(options.archive)): "
      text +=
        "'\(Console.printable(recording.name))', \(recording.start), \(Format.seconds(recording.durationSeconds)), "
      text += Format.bytes(recording.byteRange.count) + (recording.state == .cutOff ? ", cut off" : "")
      if !kept.isEmpty { text += ", \(kept)" }
      try Console.result(text)
    }
  }

  /// Time in microseconds between two checks whether another program still appends to the archive.
  private static let pollMicroseconds: UInt32 = 50_000

  /// Opens the archive; with `--wait`, first waits until no other program appends to the archive.
  ///
  /// - Throws: `ArchiveError`, `BitstreamError`, `ReadingBudgetError`; `Interrupted` while waiting.
  private func waitForArchive(for input: String) throws -> ArchiveWriter {
    var isTold = false
    while true {
      do {
        return try ArchiveWriter(path: options.archive, permissionsOf: input == "-" ? "/dev/stdin" : input)
      } catch ArchiveError.locked where options.wait {
        if !isTold, !options.messages.quiet {
          Console.message("\(options.archive): waiting for another program that appends to it")
        }
        isTold = true
        try Interruption.shared.check()
        usleep(Self.pollMicroseconds)
      }
    }
  }

  private func openWriter(for input: String) throws -> ArchiveWriter {
    if let writer { return writer }
    let opened = try waitForArchive(for: input)
    if let recovery = opened.recovery {
      for recording in recovery.recordings {
        Console.warning(
          "\(options.archive): '\(recording.name)' was left unfinished and now ends after "
            + Format.seconds(recording.durationSeconds))
      }
      if recovery.removedByteCount > 0 {
        Console.warning(
          "\(options.archive): \(Format.bytes(recovery.removedByteCount)) of an unfinished write were removed")
      }
    }
    writer = opened
    return opened
  }

  private func loadEncoder() throws -> RecordingEncoder {
    let loaded = try Model(
      try Models.library().bundle(named: options.encoding.model), context: options.machine.context())
    var settings = try options.choices.settings(for: loaded)
    settings.latencySeconds = settings.latencySeconds ?? EncoderSettings.pipeLatencySeconds
    return try RecordingEncoder(loaded, settings: settings)
  }

  /// Name of a file without folder and extension.
  private static func name(ofFile path: String) -> String {
    let url = URL(fileURLWithPath: path)
    let name = url.deletingPathExtension().lastPathComponent
    return PathText.readable(name.isEmpty ? url.lastPathComponent : name)
  }
}

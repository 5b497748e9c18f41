import ArgumentParser
import AudioIO
import Bitstream
import Foundation
import Kernels
import ModelStore
import SystemCalls
import Tokens
import VampcKit

/// Command `vampc encode`.
struct EncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "Encode audio into streams: song.flac becomes song.vampc.",
    discussion: """
      EXAMPLES
        vampc encode song.flac                        make song.vampc, up to 8 kbit/s
        vampc encode -b 2k -o small.vampc song.flac   store at most 2 kbit/s
        vampc encode -k 1 -p 4 song.flac              keep 1 codebook of 1 frame in 4
        vampc encode -b 50 --keep-times beats.txt --keep-codebooks 4 song.flac
                                                      also keep 4 codebooks at beats
        vampc encode -b 16k --channels keep song.wav  code stereo, 8 kbit/s a channel
        vampc encode -r music/ -o small/              encode all audio of a folder
        vampc encode -r music/ -o small/ --manifest done.csv
                                                      skip files of an earlier run
        ffmpeg -i film.mkv -f wav - | vampc encode - > film.vampc
                                                      encode the sound of a film
        arecord -t raw -f cd | vampc encode --raw 44100:2:s16le - > it.vampc
                                                      record from a sound card
        vampc encode --format dac --model dac-44khz song.wav
                                                      write a file for DAC's own tool

      Input formats are WAV, RF64, MP3, FLAC, Ogg Opus, Ogg FLAC and those of \
      libsndfile (Ogg Vorbis, AIFF, W64 and others), at any sample rate and with any \
      number of channels. The program ffmpeg, where it is installed, reads the sound of \
      others: AAC, m4a, WavPack, Matroska, video.

      A damaged input is encoded as far as possible and keeps its length: silence \
      stands in place of lost sound, a warning names the seconds that are lost, and \
      the exit status is 2. --strict stops at the damage instead.
      """)

  // The groups that most users need come first in the help.
  @OptionGroup(title: "Encoding") var encoding: EncodingOptions
  @OptionGroup(title: "Files") var files: FileOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions
  @OptionGroup(title: "Results") var results: EncodeResultOptions
  @OptionGroup(title: "Prompt: tokens that are kept in addition, or masked") var prompt: PromptOptions
  @OptionGroup(title: "Blocks, loudness, high-pass and tags") var stream: StreamOptions
  @OptionGroup(title: "Format of the output") var output: FileFormatOptions
  @OptionGroup(title: "Generating, stored in the stream") var sampler: SamplerOptions
  @OptionGroup(title: "Machine") var machine: MachineOptions
  @Option(
    help: ArgumentHelp(
      "Also write the keep mask: .npy as --keep-mask reads it, .png as a picture. Needs a single input.",
      valueName: "file"), completion: .file())
  var maskOut: String?

  /// Values of all option groups that decide how audio is encoded.
  var choices: EncodingChoices {
    EncodingChoices(encoding: encoding, prompt: prompt, stream: stream, sampler: sampler)
  }

  func validate() throws {
    try choices.validate()
    try output.check(choices)
    try results.check(messages, output: output)
    if prompt.needsAudio, files.inputs.contains("-") {
      throw ValidationError(
        "--beats, --onsets and --snap-to-beats search the whole recording: they need a file, not -")
    }
    try prompt.checkSnapping(otherSegmentCount: 0)
    if let maskOut {
      try MaskFile.check(maskOut)
      if output.format == .dac { throw ValidationError("--format dac keeps every frame and excludes --mask-out") }
      if files.inputs.count > 1 || files.recursive { throw ValidationError("--mask-out needs a single input") }
    }
  }

  func run() throws {
    if let maskOut { try MaskFile.requireNew(maskOut, replaces: files.force) }
    let manifest = try results.manifest.map(EncodeManifest.init(path:))
    let run = try FileRun(
      files, output.format.fileKind, isQuiet: messages.quiet, isFinished: { manifest?.isFinished($0) ?? false })
    guard output.format == .vampc else { return try encodeDACFiles(run) }
    let encoder = try encoder { try RecordingEncoder($0, settings: try choices.settings(for: $0)) }
    let summary = EncodeSummary(run.plan.jobs)
    let collected = results.json ? JSONResults(run.plan.jobs) : nil
    defer { collected.map { $0.end() } ?? (messages.quiet ? () : summary.end()) }
    try run.run { job in
      try Interruption.shared.endingInput(at: job.input) { stop in
        try encode(job, stop, encoder, run) { result in
          summary.add(result)
          collected?.add(result.json)
          try manifest?.add(result)
        }
      }
    }
  }

  /// Loads the model of the options and returns the encoder that `make` creates with this model; with `-v` also prints
  /// the model.
  func encoder<Encoder>(_ make: (Model) throws -> Encoder) throws -> Encoder {
    let model = try Model(try Models.library().bundle(named: encoding.model), context: machine.context())
    let encoder = try make(model)
    if messages.verbose { Console.message("\(model.name), \(model.context.summary)") }
    return encoder
  }

  /// Opens the input of a job. A pipe in a format that needs seeking is copied to a temporary file before the call
  /// returns.
  ///
  /// - Parameter stop: Request that ends a pipe or a device; nil for a file.
  /// - Throws: `AudioIOError`.
  private func openedReader(of job: FileJob, _ stop: RecordingStop? = nil) throws -> AudioReader {
    try AudioReader(
      path: job.input, raw: try encoding.raw.map(RawAudioFormat.init(parsing:)), temporaryFolder: TemporaryFolder.path,
      stopsAtDamage: encoding.strict, stop: stop, ffmpegPath: FFmpeg.path)
  }

  /// Opens the input of a job to encode it, as ``openedReader(of:_:)`` does, and tells what the user should know of it.
  func reader(of job: FileJob, _ stop: RecordingStop?) throws -> AudioReader {
    let reader = try openedReader(of: job, stop)
    if !messages.quiet { FFmpeg.mention(reader, as: job.inputName) }
    if let stop, reader.isSeekable, !stop.isRequested { Interruption.shared.letSignalsEndTheWork() }
    Console.warnOfUnreadBytes(reader)
    return reader
  }

  /// Warns of an output that has the name of an audio file, because other programs would read the output as audio.
  func warnOfName(_ job: FileJob) {
    let found = URL(fileURLWithPath: job.output).pathExtension.lowercased()
    guard FolderListing.audioExtensions.contains(found) else { return }
    Console.warning(
      "\(job.output): gets a .\(output.format.rawValue) file in spite of its name; 'vampc decode' makes audio files")
  }

  private func encode(
    _ job: FileJob, _ stop: RecordingStop?, _ encoder: RecordingEncoder, _ run: FileRun,
    _ note: (EncodeResult) throws -> Void
  ) throws -> ExitStatus {
    let display = ProgressDisplay(name: job.inputName, isShown: messages.showsProgress)
    let reader = try reader(of: job, stop)
    let encoder = try encoderWithTimes(encoder, job)
    let report = try run.withOutput(of: job) { file in
      try encoder.encode(reader, write: { try file.write($0) }, progress: display.update)
    }
    display.end()
    // The number of unread bytes of a pipe is known only at its end.
    if !reader.isSeekable { Console.warnOfUnreadBytes(reader) }
    if let maskOut { try MaskFile.write(report.keptTokens, to: maskOut, madeFrom: job.input, replaces: files.force) }
    warnOfName(job)
    let status = EncodingWarnings(report).tell(about: job.inputName)
    let times = encoder.settings.keepRules.timesSeconds
    let lateCount = times.count { $0 >= report.durationSeconds }
    if lateCount > 0 {
      Console.warning("\(job.inputName): \(lateCount) of \(times.count) times are after the end of the recording")
    }
    if let most = encoding.rateThatIsLess(than: report.header) {
      Console.warning("\(job.inputName): -b asks for more than there is: all tokens together have \(most)")
    }
    let result = EncodeResult(
      job: job,
      figures: StreamFigures(header: report.header, sampleCount: report.sampleCount, statistics: report.statistics),
      elapsedSeconds: display.elapsedSeconds)
    if !messages.quiet, !results.json { try tell(result) }
    try note(result)
    return status
  }

  /// Returns an encoder that also keeps the frames at the beats and onsets of the input, if the options ask for beats
  /// or onsets.
  private func encoderWithTimes(_ encoder: RecordingEncoder, _ job: FileJob) throws -> RecordingEncoder {
    guard prompt.needsAudio else { return encoder }
    var settings = encoder.settings
    prompt.apply(try BeatsAudio.read(openedReader(of: job)), to: &settings.keepRules)
    return try RecordingEncoder(encoder.model, settings: settings)
  }

  private func tell(_ result: EncodeResult) throws {
    var text = result.line
    if messages.verbose { text += "\n  " + result.details }
    try Console.result(text, standardOutputCarriesData: result.job.output == "-")
  }
}

extension FileFormatOptions.FileFormat {
  /// Kind of file job that encodes audio files to this format.
  var fileKind: FilePlan.Kind {
    FilePlan.Kind(
      inputExtensions: FolderListing.audioExtensions(ffmpegPath: FFmpeg.path), inputKind: "audio files",
      outputExtension: rawValue, replacesAnyExtension: true, joinsInStandardOutput: self == .vampc)
  }
}

import ArgumentParser
import AudioIO
import Bitstream
import DACFile
import ExplainedErrors
import Foundation
import Kernels
import ModelStore
import SystemCalls
import VampcKit

/// Command `vampc decode`.
struct DecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Decode streams and .dac files into audio: song.vampc becomes song.wav.",
    discussion: """
      EXAMPLES
        vampc decode song.vampc                      make song.wav, 16 bit
        vampc decode -o song.flac song.vampc         write FLAC
        vampc decode --bits float song.vampc         write 32-bit float, no dither
        vampc decode --steps 36 --seed 7 song.vampc  generate other tokens
        vampc decode --sampler magnet song.vampc     generate one codebook at a time
        vampc decode --no-generate song.vampc        decode the kept tokens alone
        vampc decode --from 12:30 --to 13:00 -o part.wav song.vampc
                                                     decode 30 seconds alone
        vampc decode -r streams/ -o wavs/            decode all streams of a folder
        vampc decode - < song.vampc | aplay          play the recording
        vampc decode --model dac-44khz song.dac      decode a file of DAC's own tool

      VampNet generates the tokens that the stream does not store.

      A damaged stream is decoded as far as possible and keeps its length: lost \
      frames are generated from the frames around them, a warning names the seconds \
      that are lost, and the exit status is 2. --strict stops at the damage instead.

      A .dac file does not name its model. Without --model, the one installed codec \
      that fits decodes it. A .dac file has no masked tokens, and damage in it is an \
      error.
      """)

  @OptionGroup(title: "Decoding") var decoding: DecodingOptions
  @OptionGroup(title: "Generating, instead of the stream's settings") var sampler: SamplerOptions
  @OptionGroup(title: "Sampler") var method: SamplerMethodOptions
  @OptionGroup(title: "Files") var files: FileOptions
  @OptionGroup(title: "Limits, for streams of unknown origin") var limits: BudgetOptions
  @OptionGroup(title: "Machine") var machine: MachineOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions
  @OptionGroup(title: "Results") var results: DecodeResultOptions

  func validate() throws {
    try results.check(messages)
    guard let output = files.target, output != "-", !output.hasSuffix("/"), !FilePlan.isFolder(output),
      !FilePlan.isSpecialFile(output)
    else { return }
    guard let container = AudioContainer(path: output) else {
      let known = AudioContainer.allCases.map { "." + $0.fileExtensions[0] }.joined(separator: ", ")
      throw ValidationError("'\(output)' has no extension of a known audio format: \(known)")
    }
    if container == .flac, decoding.bits == .float {
      throw ValidationError("FLAC has 16 or 24 bits per sample, not --bits float")
    }
  }

  func run() throws {
    let run = try FileRun(files, .decoding, isQuiet: messages.quiet)
    let context = machine.context()
    let library = Models.library()
    let named = try decoding.model.map { try Model(try library.bundle(named: $0), context: context) }
    let decoder = RecordingDecoder(
      library: library, model: named, rescorer: try method.rescorer(library, context),
      settings: decoding.settings(sampler.changes(with: method), budget: limits.budget), context: context)
    let dacFileDecoder = DACFileDecoder(
      library: library, model: named, context: context, temporaryFolder: TemporaryFolder.path)
    if messages.verbose { Console.message(context.summary) }
    let collected = results.json ? JSONResults(run.plan.jobs) : nil
    defer { collected?.end() }
    try run.run { job in
      let input = try InputBytes(path: job.input)
      return DACFileReader.recognises(try input.head(DACFileReader.magicByteCount))
        ? try decode(dacFile: input, job, dacFileDecoder, run, collected)
        : try decode(input, job, decoder, run, collected)
    }
  }

  private func decode(
    _ input: InputBytes, _ job: FileJob, _ decoder: RecordingDecoder, _ run: FileRun, _ collected: JSONResults?
  ) throws -> ExitStatus {
    let display = ProgressDisplay(name: job.inputName, isShown: messages.showsProgress)
    let totalSeconds = messages.showsProgress ? wantedSeconds(of: input) : nil
    // Notices are held back until the first header: where the input has no stream, only the error is printed.
    var heldBack: [DecoderNotice]? = []
    let damage = DamageLines(name: job.inputName)
    func pass(on notice: DecoderNotice) {
      if case .damage(_, let lost) = notice {
        damage.show("\(notice)", lostSeconds: lost.map { $0.upperBound - $0.lowerBound } ?? 0)
      } else if notice.isWarning {
        Console.warning("\(job.inputName): \(notice)")
      } else if messages.verbose {
        Console.message("\(job.inputName): \(notice)")
      }
    }
    let report = try run.withOutput(of: job) { file in
      func makeOutput(_ header: StreamHeader) throws -> any AudioOutput {
        heldBack?.forEach(pass)
        heldBack = nil
        return try writer(for: header, job, file)
      }
      func show(_ progress: CodingProgress) throws {
        var progress = progress
        progress.totalSeconds = totalSeconds
        try display.update(progress)
      }
      func hear(_ notice: DecoderNotice) { if heldBack?.append(notice) == nil { pass(on: notice) } }
      let report =
        if let range = decoding.range, let bytes = input.randomAccess {
          try decoder.decode(bytes: bytes, range: range, makeOutput: makeOutput, progress: show, notice: hear)
        } else {
          try decoder.decode(
            source: input.next, range: decoding.range, makeOutput: makeOutput, progress: show, notice: hear)
        }
      if report.sampleCount == 0, report.hasDamage { throw DecodeError.nothingLeft }
      return report
    }
    display.end()
    damage.finish()
    collected?.add(json(job, report, elapsedSeconds: display.elapsedSeconds))
    if !messages.quiet, collected == nil { try tell(job, report, elapsedSeconds: display.elapsedSeconds) }
    return report.hasDamage ? .decodedWithDamage : .success
  }

  private func writer(for header: StreamHeader, _ job: FileJob, _ file: ReplacingFile) throws -> AudioWriter {
    try AudioWriter(
      descriptor: file.descriptor, name: job.outputName, container: AudioContainer(path: job.output) ?? .wav,
      sampleFormat: decoding.bits.format, sampleRateHz: header.sourceSampleRateHz,
      channelCount: header.codedChannelCount,
      tags: header.tags.map { AudioTag(name: $0.key, value: $0.value) })
  }

  /// Expected duration of the output in seconds, for the progress line; nil for a pipe or a damaged file.
  private func wantedSeconds(of input: InputBytes) -> Double? {
    guard let file = input.randomAccess else { return nil }
    var walk = StreamWalk(file)
    var seconds = 0.0
    do {
      while let stream = try walk.next() { seconds += stream.durationSeconds }
    } catch {
      return nil
    }
    guard let range = decoding.range else { return seconds }
    return max(0, min(seconds, range.endSeconds ?? seconds) - range.startSeconds)
  }

  private func json(_ job: FileJob, _ report: DecodingReport, elapsedSeconds: Double) -> JSONObject {
    var object = JSONObject()
    object.set("file", job.inputName)
    object.set("output", job.outputName)
    object.set("duration_seconds", report.durationSeconds)
    object.set("sample_count", report.sampleCount)
    object.set("sample_rate_hz", report.headers.first?.sourceSampleRateHz)
    object.set("channels", report.headers.first?.codedChannelCount)
    object.set("streams", report.headers.count)
    object.set("masked_share", report.maskedShare)
    object.set("fill", decoding.chosenFill.rawValue)
    object.set("damaged", report.hasDamage)
    object.set("elapsed_seconds", elapsedSeconds)
    return object
  }

  private static let words: [DecoderSettings.Fill: String] = [
    .generate: "generated", .none: "masked", .random: "random",
  ]

  private func tell(_ job: FileJob, _ report: DecodingReport, elapsedSeconds: Double) throws {
    guard let header = report.headers.first else { return }
    let treatment = Self.words[decoding.chosenFill] ?? ""
    var text = "\(Console.printable(job.inputName)) -> \(Console.printable(job.outputName)): "
    text += "\(Format.seconds(report.durationSeconds)), \(report.sampleCount) samples, "
    text += "\(Format.count(header.codedChannelCount, "channel")) at \(header.sourceSampleRateHz) Hz; "
    text += "\(Format.percent(report.maskedShare)) of the tokens \(treatment)" + (report.hasDamage ? " or lost" : "")
    if messages.verbose {
      text += "\n  decoded in \(Format.seconds(elapsedSeconds)), "
      text += "\(Format.number(report.durationSeconds / max(elapsedSeconds, 1e-9), decimals: 1)) times real time"
    }
    try Console.result(text, standardOutputCarriesData: job.output == "-")
  }
}

/// Error where an input has a stream but no audio can be decoded.
enum DecodeError: ExplainedError, Equatable {
  /// The input is damaged, and no sample could be decoded.
  case nothingLeft

  var kind: ErrorKind { .badInput }

  var description: String {
    switch self {
    case .nothingLeft: "no frame is intact, nothing to decode"
    }
  }
}

extension FilePlan.Kind {
  /// Kind of file job that decodes streams and `.dac` files to audio files.
  static let decoding = FilePlan.Kind(
    inputExtensions: ["vampc", "dac"], inputKind: "vampc streams or .dac files", outputExtension: "wav",
    replacesAnyExtension: false,
    joinsInStandardOutput: false)
}

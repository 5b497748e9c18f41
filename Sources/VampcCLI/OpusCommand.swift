import ArgumentParser
import AudioIO
import Evaluation
import Foundation
import OpusBaseline
import Signal
import SystemCalls
import VampcKit

/// Command `vampc opus`.
struct OpusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "opus",
    abstract: "Encode audio with Opus, to compare with.",
    discussion: """
      EXAMPLES
        vampc opus song.flac -b 6k -o opus.wav    encode and decode, at 48 kHz
        vampc opus song.flac -b 12k -o song.opus  write the encoded file itself

      The defaults suit Opus best at low bitrates: frames of 60 ms, complexity 10 \
      and a constrained variable bitrate. Below about 4.6 kbit/s Opus exceeds the \
      bitrate, which is a warning, or writes silence, which is an error with exit \
      status 1.
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Bitrate in bit/s, for all channels together: 6k, 12000.", valueName: "rate"))
  var bitrate: BitrateArgument

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Output: .opus for the encoded file; .wav, .flac … for the decoded audio, 16 bit.", valueName: "path"),
    completion: .file())
  var output: String

  @Option(help: "mono mixes all channels into one, keep codes each channel.")
  var channels: EncoderSettings.Channels = .mono

  @Option(help: ArgumentHelp("Length of a frame in milliseconds: 20 or 60.", valueName: "ms"))
  var frames: OpusSettings.FrameDuration = .milliseconds60

  @Flag(help: "Constant bitrate: all packets have the same size.")
  var cbr = false

  @Flag(name: .shortAndLong, help: "Overwrite an existing output file.")
  var force = false

  @Flag(help: "Print JSON, one key a line.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print only warnings and errors.")
  var quiet = false

  @Argument(help: "Audio file; - is standard input.", completion: .file())
  var input: String

  private var writesOpus: Bool { output.lowercased().hasSuffix(".opus") }

  func validate() throws {
    if FilePlan.target(output) == "-" { throw ValidationError("the output must be a file, not \(output)") }
    if bitrate.bitrateBps < 1 { throw ValidationError("-b takes 1 bit/s or more, not \(bitrate.bitrateBps)") }
    guard writesOpus || FilePlan.isSpecialFile(output) || AudioContainer(path: output) != nil else {
      throw ValidationError("'\(output)' has neither the extension .opus nor that of a known audio format")
    }
  }

  func run() throws {
    try InputLoop.run(input) {
      let file = try OutputFile(path: output, replaces: force, madeFrom: input)
      return try file.complete { file in
        let settings = OpusSettings(
          bitrateBps: Int(bitrate.bitrateBps.rounded()), frameDuration: frames,
          rateMode: cbr ? .constant : .constrainedVariable)
        let (audio, damages) = try audio()
        let result = try OpusCodec.roundTrip(audio, settings: settings)
        try tell(result)
        if writesOpus { try file.write(result.oggFile) } else { try write(result.decoded, into: file) }
        return DamageReport.show(damages, of: InputLoop.displayName(input))
      }
    }
  }

  private func audio() throws -> (AudioBuffer, [AudioDamage]) {
    let reader = try AudioReader(
      path: input, temporaryFolder: TemporaryFolder.path, stopsAtDamage: false, ffmpegPath: FFmpeg.path)
    if !quiet { FFmpeg.mention(reader, as: InputLoop.displayName(input)) }
    Console.warnOfUnreadBytes(reader)
    let channelCount = channels == .mono ? 1 : reader.channelCount
    let resampler = try Resampler(
      inputRateHz: reader.sampleRateHz, outputRateHz: OpusCodec.sampleRateHz, channelCount: channelCount)
    var audio = AudioBuffer(emptyWithChannelCount: channelCount, sampleRateHz: OpusCodec.sampleRateHz)
    while let block = try reader.read(upTo: 65_536) {
      try Interruption.shared.check()
      audio.append(try resampler.process(channels == .mono ? block.mixedToMono(reader.speakerLayout) : block))
    }
    audio.append(try resampler.finish())
    return (audio, reader.damages)
  }

  private func write(_ audio: AudioBuffer, into file: ReplacingFile) throws {
    let writer = try AudioWriter(
      descriptor: file.descriptor, name: output, container: AudioContainer(path: output) ?? .wav,
      sampleRateHz: audio.sampleRateHz, channelCount: audio.channelCount)
    try writer.write(audio)
    try writer.finish()
  }

  /// Prints the figures of a result, and a warning where Opus exceeded the requested bitrate.
  ///
  /// - Throws: `OpusBaselineError.silentStream` where Opus wrote silence, after the figures are printed; errors of
  ///   standard output.
  private func tell(_ result: OpusResult) throws {
    if json {
      try Console.result(object(result).text)
    } else if !quiet, !result.isSilent {
      try Console.result(
        "\(Console.printable(input)) -> \(Console.printable(output)): Opus at \(Format.bitrate(result.realBitrateBps)), "
          + "\(Format.bitrate(result.realOggBitrateBps)) with Ogg; \(Format.bytes(result.oggByteCount))")
    }
    do {
      _ = try result.asRequested()
    } catch OpusBaselineError.rateExceeded(let requested, let real) {
      Console.warning("\(input): \(OpusBaselineError.rateExceeded(requestedBps: requested, realBps: real))")
    }
  }

  private func object(_ result: OpusResult) -> JSONObject {
    var object = JSONObject()
    object.set("file", input)
    object.set("output", output)
    object.set("requested_bps", result.settings.bitrateBps)
    object.set("frame_milliseconds", result.settings.frameDuration.rawValue)
    object.set("constant_rate", result.settings.rateMode == .constant)
    object.set("bitrate_bps", result.realBitrateBps)
    object.set("ogg_bitrate_bps", result.realOggBitrateBps)
    object.set("ogg_bytes", result.oggByteCount)
    object.set("packet_bytes", result.packetByteCount)
    object.set("silent", result.isSilent)
    object.set("rate_exceeded", result.outcome == .rateExceeded)
    object.set("duration_seconds", Double(result.decoded.sampleCount) / Double(OpusCodec.sampleRateHz))
    object.set("channels", result.decoded.channelCount)
    object.set("library", OpusCodec.libraryVersion)
    return object
  }
}

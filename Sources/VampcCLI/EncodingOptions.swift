import ArgumentParser
import AudioIO
import Bitstream
import Tokens
import VampcKit

/// Main options of encoding: token rate, channels, model, raw input and strictness.
struct EncodingOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Highest token rate in bit/s, more than 0, for all channels together, within 1 %: 8k, 500, 0.5k. Default: 8k.",
      valueName: "rate"))
  var bitrate: BitrateArgument?

  @Option(
    name: [.customShort("k"), .long],
    help: ArgumentHelp(
      "Codebooks to keep, 1 to those of the model, instead of -b. Default: all, with -p.", valueName: "count"))
  var codebooks: Int?

  @Option(
    name: [.customShort("p"), .long],
    help: ArgumentHelp(
      "Period of the kept frames, 1 to 65535: keep one frame in so many, instead of -b. Default: 1, with -k.",
      valueName: "frames"))
  var period: Int?

  @Option(help: "mono mixes all channels into one coded channel, keep codes each channel.")
  var channels: EncoderSettings.Channels = .mono

  @Option(
    help: ArgumentHelp("Model to encode with, its name or folder.", valueName: "name-or-path"), completion: .modelNames)
  var model: String = Models.defaultName

  @Option(
    help: ArgumentHelp(
      "Read the input as samples without a header: sample rate in Hz, number of channels, and one of u8 s8 s16le s16be s24le … f64be alaw mulaw s24in32le.",
      valueName: "rate:channels:format"))
  var raw: String?

  @Flag(help: "Keep only what the options of prompts say, instead of -b, -k and -p.")
  var noPeriodic = false

  @Flag(help: "Stop at the first damage of an input, with exit status 65.")
  var strict = false

  /// Words for the token rate of a stream that keeps all tokens, if `--bitrate` exceeds this rate by more than 1 %;
  /// otherwise nil.
  func rateThatIsLess(than header: StreamHeader) -> String? {
    let geometry = header.geometry
    let all = CompressionPrompt(codebookCount: geometry.codebookCount)
    let mostBps = geometry.tokenRateBps(of: all) * Double(header.codedChannelCount)
    guard let bitrate, bitrate.bitrateBps > 1.01 * mostBps else { return nil }
    return "\(Format.number(mostBps / 1_000, decimals: 2)) kbit/s in "
      + Format.count(header.codedChannelCount, "coded channel")
  }

  func validate() throws {
    if noPeriodic, bitrate != nil || codebooks != nil || period != nil {
      throw ValidationError("--no-periodic excludes -b, -k and -p")
    }
    if bitrate != nil, codebooks != nil || period != nil { throw ValidationError("-b excludes -k and -p") }
    if let codebooks, codebooks < 1 { throw ValidationError("-k takes 1 codebook or more, not \(codebooks)") }
    if let period, !(1...StreamLimits.period.upperBound).contains(period) {
      throw ValidationError("-p takes 1 to \(StreamLimits.period.upperBound), not \(period)")
    }
    if let raw {
      do { _ = try RawAudioFormat(parsing: raw) } catch { throw ValidationError("\(error)") }
    }
  }
}

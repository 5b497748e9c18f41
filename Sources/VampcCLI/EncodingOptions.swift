import ArgumentParser
import AudioIO
import Bitstream
import Tokens
import VampcKit

/// What is kept of the audio, and how it is read.
struct EncodingOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Token rate to stay below, in bit/s for all channels together, give or take 1 %: 8k, 500, 0.5k. Default: 8k.",
      valueName: "rate"))
  var bitrate: BitrateArgument?

  @Option(
    name: [.customShort("k"), .long],
    help: ArgumentHelp("Codebooks to keep, instead of -b. Default: all, where -p is given.", valueName: "count"))
  var codebooks: Int?

  @Option(
    name: [.customShort("p"), .long],
    help: ArgumentHelp(
      "Keep every so many frames, 1 to 65535, instead of -b. Default: 1, where -k is given.", valueName: "frames"))
  var period: Int?

  @Option(help: ArgumentHelp("Model to encode with.", valueName: "name-or-path"))
  var model: String = Models.defaultName

  @Option(help: "mono mixes all channels into one, keep codes each.")
  var channels: EncoderSettings.Channels = .mono

  @Option(
    help: ArgumentHelp(
      "The input has no header but these samples: Hz, count, and one of u8 s8 s16le s16be s24le … f64be alaw mulaw.",
      valueName: "rate:channels:format"))
  var raw: String?

  @Option(
    help: ArgumentHelp(
      "Longest block in seconds. Default: what suits the rate; for a pipe \(Int(EncoderSettings.pipeLatencySeconds)) s at most.",
      valueName: "seconds"))
  var latency: Double?

  func validate() throws {
    if bitrate != nil, codebooks != nil || period != nil { throw ValidationError("-b excludes -k and -p") }
    if let codebooks, codebooks < 1 { throw ValidationError("-k takes 1 codebook or more, not \(codebooks)") }
    if let period, !(1...StreamLimits.period.upperBound).contains(period) {
      throw ValidationError("-p takes 1 to \(StreamLimits.period.upperBound), not \(period)")
    }
    if let latency, !(latency > 0 && latency <= 86_400) {
      throw ValidationError("--latency takes more than 0 and up to 86400 seconds")
    }
    if let raw {
      do { _ = try RawAudioFormat(parsing: raw) } catch { throw ValidationError("\(error)") }
    }
  }

  /// What the options ask of an encoder with `model`.
  func settings(for model: Model, _ changes: SamplerChanges) -> EncoderSettings {
    var settings = EncoderSettings(channels: channels, latencySeconds: latency)
    changes.apply(to: &settings.sampler)
    if codebooks != nil || period != nil {
      settings.rate = .prompt(
        CompressionPrompt(codebookCount: codebooks ?? model.geometry.codebookCount, period: period ?? 1))
    } else if let bitrate {
      settings.rate = .bitrateBps(bitrate.bitrateBps)
    }
    return settings
  }
}

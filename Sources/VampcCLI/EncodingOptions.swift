import ArgumentParser
import AudioIO
import Bitstream
import Tokens
import VampcKit

/// What is kept of the audio, and how it is read.
struct EncodingOptions: ParsableArguments {
  /// What is written.
  enum FileFormat: String, CaseIterable, ExpressibleByArgument {
    case vampc
    /// The file of DAC's own tool.
    case dac
  }

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

  @Option(help: ArgumentHelp("Keep, besides, all frames of the first so many seconds.", valueName: "seconds"))
  var keepFirst: Double?

  @Option(
    help: ArgumentHelp(
      "Keep, besides, all frames of the last so many seconds. A pipe lags behind by as much.", valueName: "seconds"))
  var keepLast: Double?

  @Option(
    help: ArgumentHelp(
      "Keep, besides, the frames at the times in a text file: one a line, in seconds, as beat trackers write them.",
      valueName: "file"))
  var keepTimes: String?

  @Option(
    help: ArgumentHelp("Codebooks to keep by these three options. Default: all of the model.", valueName: "count"))
  var keepCodebooks: Int?

  @Option(
    help: ArgumentHelp(
      "Keep, besides, what a mask does not hide: a NumPy file of bool or integers [codebook, frame], 1 is hidden.",
      valueName: "file"))
  var keepMask: String?

  @Option(
    help: ArgumentHelp(
      "A recording from a file is as loud as it was once it is decoded, with what is imagined; or codec: once all tokens are, which takes less time.",
      valueName: "decoded|codec"))
  var level: EncoderSettings.LoudnessTarget?

  @Flag(help: "Keep only what the options above say, instead of -b, -k and -p.")
  var noPeriodic = false

  @Option(help: "vampc, or dac: a file for DAC's own tool, all frames of -k codebooks.")
  var format: FileFormat = .vampc

  @Option(
    help: ArgumentHelp(
      "With --format dac: what is longer is encoded in windows of this length, without padding; 'whole' never does. Default: 5.",
      valueName: "seconds"))
  var window: WindowArgument?

  /// Whether frames are named beyond the period.
  private var keepsFrames: Bool { keepFirst != nil || keepLast != nil || keepTimes != nil }

  /// What `--latency` takes.
  static let latencySeconds = Double.leastNonzeroMagnitude...86_400
  static let latencyFault = "--latency takes more than 0 and up to 86400 seconds"

  func validate() throws {
    if format == .dac {
      if bitrate != nil { throw ValidationError("--format dac has no -b: -k says how many codebooks are kept") }
      if let period, period != 1 { throw ValidationError("--format dac keeps every frame, not -p \(period)") }
      if latency != nil { throw ValidationError("--format dac has no blocks for --latency") }
      if level != nil { throw ValidationError("--format dac stores the recording's loudness, without --level") }
      if keepsFrames || keepMask != nil || noPeriodic {
        throw ValidationError("--format dac keeps every frame, no others")
      }
    } else if window != nil {
      throw ValidationError("--window goes with --format dac")
    }
    if bitrate != nil, codebooks != nil || period != nil { throw ValidationError("-b excludes -k and -p") }
    if let codebooks, codebooks < 1 { throw ValidationError("-k takes 1 codebook or more, not \(codebooks)") }
    if let period, !(1...StreamLimits.period.upperBound).contains(period) {
      throw ValidationError("-p takes 1 to \(StreamLimits.period.upperBound), not \(period)")
    }
    if let latency, !Self.latencySeconds.contains(latency) { throw ValidationError(Self.latencyFault) }
    for (name, seconds) in [("--keep-first", keepFirst), ("--keep-last", keepLast)] {
      if let seconds, !(seconds > 0 && seconds <= 86_400) {
        throw ValidationError("\(name) takes more than 0 and up to 86400 seconds")
      }
    }
    if let keepCodebooks {
      if keepCodebooks < 1 { throw ValidationError("--keep-codebooks takes 1 or more, not \(keepCodebooks)") }
      if !keepsFrames { throw ValidationError("--keep-codebooks needs --keep-first, --keep-last or --keep-times") }
    }
    if noPeriodic {
      if bitrate != nil || codebooks != nil || period != nil {
        throw ValidationError("--no-periodic excludes -b, -k and -p")
      }
      if !keepsFrames, keepMask == nil {
        throw ValidationError("--no-periodic needs --keep-first, --keep-last, --keep-times or --keep-mask")
      }
    }
    if let raw {
      do { _ = try RawAudioFormat(parsing: raw) } catch { throw ValidationError("\(error)") }
    }
  }

  var dacFileSettings: DACFileEncoder.Settings {
    DACFileEncoder.Settings(
      channels: channels, codebookCount: codebooks,
      windowSeconds: window.map(\.seconds) ?? DACFileEncoder.Settings.toolWindowSeconds)
  }

  /// What the options ask of an encoder with `model`.
  ///
  /// - Throws: `KeepRulesError`.
  func settings(for model: Model, _ changes: SamplerChanges) throws -> EncoderSettings {
    var settings = EncoderSettings(channels: channels, latencySeconds: latency, keepRules: try keepRules())
    changes.apply(to: &settings.sampler)
    if let level { settings.loudnessTarget = level }
    if noPeriodic {
      settings.rate = .prompt(CompressionPrompt(codebookCount: 1))
    } else if codebooks != nil || period != nil {
      settings.rate = .prompt(
        CompressionPrompt(codebookCount: codebooks ?? model.geometry.codebookCount, period: period ?? 1))
    } else if let bitrate {
      settings.rate = .bitrateBps(bitrate.bitrateBps)
    }
    return settings
  }

  private func keepRules() throws -> KeepRules {
    KeepRules(
      firstSeconds: keepFirst ?? 0, lastSeconds: keepLast ?? 0,
      timesSeconds: try keepTimes.map(KeepRules.times(inFile:)) ?? [], codebookCount: keepCodebooks,
      mask: try keepMask.map(KeepRules.mask(inFile:)), excludesPeriodic: noPeriodic)
  }
}

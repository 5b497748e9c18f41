import ArgumentParser
import AudioIO
import Bitstream
import Tokens
import VampcKit

/// Options of encoding: kept tokens, model, form of the input, loudness, format of the output.
struct EncodingOptions: ParsableArguments {
  /// Format of the output.
  enum FileFormat: String, CaseIterable, ExpressibleByArgument {
    case vampc
    /// `.dac` file of DAC's own tool.
    case dac
  }

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Highest token rate in bit/s, for all channels together, within 1 %: 8k, 500, 0.5k. Default: 8k.",
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

  @Option(help: ArgumentHelp("Model to encode with, its name or folder.", valueName: "name-or-path"))
  var model: String = Models.defaultName

  @Option(help: "mono mixes all channels into one coded channel, keep codes each channel.")
  var channels: EncoderSettings.Channels = .mono

  @Flag(help: "Do not remove frequencies below 10 Hz (an offset, rumble), on which most of the tokens would be spent.")
  var noHighpass = false

  @Option(
    help: ArgumentHelp(
      "Read the input as samples without a header: sample rate in Hz, number of channels, and one of u8 s8 s16le s16be s24le … f64be alaw mulaw.",
      valueName: "rate:channels:format"))
  var raw: String?

  @Option(
    help: ArgumentHelp(
      "Longest block in seconds, more than 0, up to 86400. Default: chosen by the bitrate; at most \(Int(EncoderSettings.pipeLatencySeconds)) for a pipe.",
      valueName: "seconds"))
  var latency: Double?

  @Option(
    help: ArgumentHelp(
      "Also keep all frames of a prefix of this length: more than 0, up to 86400 seconds.", valueName: "seconds"))
  var keepFirst: Double?

  @Option(
    help: ArgumentHelp(
      "Also keep all frames of a suffix of this length: more than 0, up to 86400 seconds. Delays a pipe by as much.",
      valueName: "seconds"))
  var keepLast: Double?

  @Option(
    help: ArgumentHelp(
      "Also keep the frames at the times of a text file: one time a line, in seconds, as beat trackers write them.",
      valueName: "file"))
  var keepTimes: String?

  @Option(
    help: ArgumentHelp(
      "Codebooks that --keep-first, --keep-last and --keep-times keep, 1 or more. Default: all of the model.",
      valueName: "count"))
  var keepCodebooks: Int?

  @Option(
    help: ArgumentHelp(
      "Also keep the tokens that a mask keeps: a NumPy file of bool or integers [codebook, frame], 0 is kept, 1 is masked.",
      valueName: "file"))
  var keepMask: String?

  @Option(
    help: ArgumentHelp(
      "Match the original loudness of the full decode (decoded) or of the codec alone (codec, faster). Default: decoded.",
      valueName: "decoded|codec"))
  var loudness: EncoderSettings.LoudnessTarget?

  /// Old name of `--loudness`.
  @Option(help: .hidden)
  var level: EncoderSettings.LoudnessTarget?

  @Flag(help: "Keep only what the --keep options say, instead of -b, -k and -p.")
  var noPeriodic = false

  @Option(help: "Format of the output: vampc, or dac for DAC's own tool, which keeps every frame of -k codebooks.")
  var format: FileFormat = .vampc

  @Option(
    help: ArgumentHelp(
      "With --format dac: length of the windows, more than 0, up to 86400 seconds, in which longer recordings are encoded without padding; whole encodes each in one window. Default: 5.",
      valueName: "seconds"))
  var window: WindowArgument?

  /// Whether options keep frames beyond the period.
  private var keepsFrames: Bool { keepFirst != nil || keepLast != nil || keepTimes != nil }

  /// Range of `--latency`.
  static let latencySeconds = Double.leastNonzeroMagnitude...86_400
  static let latencyFault = "--latency takes more than 0 and up to 86400 seconds"

  func validate() throws {
    if loudness != nil, level != nil { throw ValidationError("--level is the old name of --loudness: give one") }
    if format == .dac {
      if bitrate != nil { throw ValidationError("--format dac excludes -b: -k sets the number of codebooks") }
      if let period, period != 1 { throw ValidationError("--format dac keeps every frame and excludes -p \(period)") }
      if latency != nil { throw ValidationError("--format dac has no blocks and excludes --latency") }
      if loudness ?? level != nil {
        throw ValidationError("--format dac stores the loudness of the recording and excludes --loudness")
      }
      if keepsFrames || keepMask != nil || noPeriodic {
        throw ValidationError("--format dac keeps every frame and excludes the --keep options and --no-periodic")
      }
      if noHighpass { throw ValidationError("--format dac has no high-pass and excludes --no-highpass") }
    } else if window != nil {
      throw ValidationError("--window needs --format dac")
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

  /// Encoder settings for `model`.
  ///
  /// - Throws: `KeepRulesError`.
  func settings(for model: Model, _ changes: SamplerChanges) throws -> EncoderSettings {
    var settings = EncoderSettings(
      channels: channels, usesHighPass: !noHighpass, latencySeconds: latency, keepRules: try keepRules())
    settings.sampler = changes.choice(modelDefaults: model.samplerDefaults)
    if let target = loudness ?? level { settings.loudnessTarget = target }
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

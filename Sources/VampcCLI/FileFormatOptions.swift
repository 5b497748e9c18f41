import ArgumentParser
import VampcKit

/// Options of `encode` for the files that the command writes: their format, and the windows of `.dac` files.
struct FileFormatOptions: ParsableArguments {
  /// Argument of `--format`: format of the output files.
  enum FileFormat: String, CaseIterable, ExpressibleByArgument {
    /// Stream of vampc (`formats/container.md`).
    case vampc
    /// `.dac` file, as the program of the DAC project writes it.
    case dac
  }

  @Option(help: "Format of the output: vampc, or dac for DAC's own tool, which keeps every frame of -k codebooks.")
  var format: FileFormat = .vampc

  @Option(
    help: ArgumentHelp(
      "With --format dac: length of the windows, more than 0, up to 86400 seconds, in which longer recordings are encoded without padding; whole encodes each in one window. Default: 5.",
      valueName: "seconds"))
  var window: WindowArgument?

  func validate() throws {
    if format != .dac, window != nil { throw ValidationError("--window needs --format dac") }
  }

  /// Checks the other options of encoding against `--format`.
  ///
  /// - Throws: `ValidationError` where `choices` do not apply to the format.
  func check(_ choices: EncodingChoices) throws {
    guard format == .dac else { return }
    if choices.encoding.bitrate != nil {
      throw ValidationError("--format dac excludes -b: -k sets the number of codebooks")
    }
    if let period = choices.encoding.period, period != 1 {
      throw ValidationError("--format dac keeps every frame and excludes -p \(period)")
    }
    if choices.stream.latency != nil { throw ValidationError("--format dac has no blocks and excludes --latency") }
    if choices.stream.loudnessTarget != nil {
      throw ValidationError("--format dac stores the loudness of the recording and excludes --loudness")
    }
    if choices.stream.tagChanges != TagChanges() {
      throw ValidationError("--format dac has no tags and excludes --tag and --no-tags")
    }
    if choices.stream.noHighpass { throw ValidationError("--format dac has no high-pass and excludes --no-highpass") }
    if choices.prompt.isGiven || choices.encoding.noPeriodic {
      throw ValidationError("--format dac keeps every frame and excludes the options of prompts and --no-periodic")
    }
  }

  /// Settings for the encoder of `--format dac`.
  func dacFileSettings(_ encoding: EncodingOptions) -> DACFileEncoder.Settings {
    DACFileEncoder.Settings(
      channels: encoding.channels, codebookCount: encoding.codebooks,
      windowSeconds: window.map(\.seconds) ?? DACFileEncoder.Settings.toolWindowSeconds)
  }
}

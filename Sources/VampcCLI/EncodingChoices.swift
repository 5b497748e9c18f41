import ArgumentParser
import Tokens
import VampcKit

/// All choices of a command line for encoding, from all groups of options.
struct EncodingChoices {
  let encoding: EncodingOptions
  let keeping: KeepOptions
  let stream: StreamOptions
  let sampler: SamplerOptions

  /// - Throws: `ValidationError` where options of different groups exclude each other.
  func validate() throws {
    let choosesPeriodic = encoding.bitrate != nil || encoding.codebooks != nil || encoding.period != nil
    if keeping.noPeriodic, choosesPeriodic { throw ValidationError("--no-periodic excludes -b, -k and -p") }
  }

  /// Encoder settings for `model`.
  ///
  /// - Throws: `KeepRulesError`.
  func settings(for model: Model) throws -> EncoderSettings {
    var settings = EncoderSettings(
      channels: encoding.channels, usesHighPass: !stream.noHighpass, latencySeconds: stream.latency,
      keepRules: try keeping.rules())
    settings.sampler = sampler.changes.choice(modelDefaults: model.samplerDefaults)
    settings.tagChanges = stream.tagChanges
    if let target = stream.loudnessTarget { settings.loudnessTarget = target }
    if keeping.noPeriodic {
      settings.rate = .prompt(CompressionPrompt(codebookCount: 1))
    } else if encoding.codebooks != nil || encoding.period != nil {
      settings.rate = .prompt(
        CompressionPrompt(
          codebookCount: encoding.codebooks ?? model.geometry.codebookCount, period: encoding.period ?? 1))
    } else if let bitrate = encoding.bitrate {
      settings.rate = .bitrateBps(bitrate.bitrateBps)
    }
    return settings
  }
}

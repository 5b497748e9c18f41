import ArgumentParser
import Tokens
import VampcKit

/// Values of all option groups that decide how audio is encoded, from one command line.
struct EncodingChoices {
  let encoding: EncodingOptions
  let prompt: PromptOptions
  let stream: StreamOptions
  let sampler: SamplerOptions

  /// Checks options of different groups against each other.
  ///
  /// - Throws: `ValidationError` where options exclude each other, or an option lacks the option that it needs.
  func validate() throws {
    try sampler.requireHundredths()
    if encoding.noPeriodic, !prompt.keepsFrames, prompt.keepMask == nil {
      throw ValidationError("--no-periodic needs --keep-mask or one of \(PromptOptions.keepingNames)")
    }
    if prompt.width != nil || prompt.phase != nil {
      guard let period = encoding.period else { throw ValidationError("--width and --phase need -p") }
      if let width = prompt.width, width > period {
        throw ValidationError("--width \(width) is longer than the period of \(period) frames")
      }
      _ = try prompt.firstFrame(period: period, seed: 0)
    }
  }

  /// Encoder settings for `model`.
  ///
  /// - Throws: `KeepRulesError`; `ValidationError` where the phase does not fit the period.
  func settings(for model: Model) throws -> EncoderSettings {
    var settings = EncoderSettings(
      channels: encoding.channels, usesHighPass: !stream.noHighpass, latencySeconds: stream.latency,
      keepRules: try prompt.keepRules(seed: sampler.seed ?? 0))
    settings.sampler = sampler.changes.choice(modelDefaults: model.samplerDefaults)
    settings.tagChanges = stream.tagChanges
    if let target = stream.loudnessTarget { settings.loudnessTarget = target }
    if encoding.noPeriodic {
      settings.keepRules.periodWidth = 0
      settings.rate = .prompt(CompressionPrompt(codebookCount: 1))
    } else if encoding.codebooks != nil || encoding.period != nil {
      let period = encoding.period ?? 1
      settings.rate = .prompt(
        CompressionPrompt(
          codebookCount: encoding.codebooks ?? model.geometry.codebookCount, period: period,
          phase: try prompt.firstFrame(period: period, seed: sampler.seed ?? 0)))
    } else if let bitrate = encoding.bitrate {
      settings.rate = .bitrateBps(bitrate.bitrateBps)
    }
    return settings
  }
}

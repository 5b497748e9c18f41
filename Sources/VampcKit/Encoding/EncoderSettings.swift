public import Tokens

/// Settings of an encoder.
public struct EncoderSettings: Equatable, Sendable {
  /// Bitrate or prompt that determines the kept tokens.
  public enum Rate: Equatable, Sendable {
    /// Token rate of all channels together in bit/s. The model's frontier determines which codebooks and frames are
    /// kept at this rate.
    case bitrateBps(Double)
    /// Codebooks and period, chosen by hand.
    case prompt(CompressionPrompt)
  }

  /// Choice of the coded channels.
  public enum Channels: String, CaseIterable, Sendable {
    /// One mix of all channels: the mean of stereo, as VampNet takes it; for surround see `SpeakerLayout.monoWeights`.
    case mono
    /// Every channel by itself, with the same keep mask and the same random numbers.
    case keep
  }

  /// Kind of decode whose output has the loudness of the original recording.
  public enum LoudnessTarget: String, CaseIterable, Sendable {
    /// Full decode, with generated tokens and the decoder's default settings.
    case decoded
    /// Decode of all tokens by the codec alone. The gain then does not depend on the kept tokens, and no tokens are
    /// generated to determine it.
    case codec
  }

  /// Bitrate or prompt that determines the kept tokens.
  public var rate: Rate
  /// Coded channels.
  public var channels: Channels
  /// Whether a high-pass (`HighPass`) removes a constant offset and rumble, which would cost most of the tokens.
  public var usesHighPass: Bool
  /// Sampler settings that the stream carries for the decoder.
  public var sampler: SamplerChoice
  /// Longest block in seconds; nil takes the usual length for the rate, and at most ``pipeLatencySeconds`` for a pipe.
  public var latencySeconds: Double?
  /// Rules for tokens that are kept in addition to the rate's.
  public var keepRules: KeepRules
  /// Kind of decode whose loudness is matched to the original. With ``keepRules`` the target is always
  /// ``LoudnessTarget/codec``, because kept and generated tokens share one gain.
  public var loudnessTarget: LoudnessTarget
  /// Changes to the tags of the input.
  public var tagChanges: TagChanges

  /// Settings for 8 kbit/s mono, unless the parameters say otherwise.
  public init(
    rate: Rate = .bitrateBps(8_000), channels: Channels = .mono, usesHighPass: Bool = true,
    sampler: SamplerChoice = .modelDefault(), latencySeconds: Double? = nil, keepRules: KeepRules = KeepRules(),
    loudnessTarget: LoudnessTarget = .decoded, tagChanges: TagChanges = TagChanges()
  ) {
    self.rate = rate
    self.channels = channels
    self.usesHighPass = usesHighPass
    self.sampler = sampler
    self.latencySeconds = latencySeconds
    self.keepRules = keepRules
    self.loudnessTarget = loudnessTarget
    self.tagChanges = tagChanges
  }

  /// Longest block of a pipe in seconds, where the settings do not say otherwise.
  public static let pipeLatencySeconds = 10.0
}

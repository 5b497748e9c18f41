public import Tokens

/// How a recording is encoded.
public struct EncoderSettings: Equatable, Sendable {
  /// How much is kept.
  public enum Rate: Equatable, Sendable {
    /// Bits per second of all channels together; the model's frontier says what that keeps.
    case bitrateBps(Double)
    case prompt(CompressionPrompt)
  }

  /// Which channels are coded.
  public enum Channels: String, CaseIterable, Sendable {
    /// The mean of all channels, as VampNet takes it.
    case mono
    /// Every channel by itself, with the same mask and the same random numbers.
    case keep
  }

  /// At which point of the way back a recording has its loudness again.
  public enum LoudnessTarget: String, CaseIterable, Sendable {
    /// Once a decoder has imagined what the stream does not keep, as it does by itself.
    case decoded
    /// Once the codec has decoded all tokens: the gain does not depend on what is kept, and nothing is imagined for it.
    case codec
  }

  public var rate: Rate
  public var channels: Channels
  /// Written into the stream for the decoder.
  public var sampler: SamplerSettings
  /// Longest block in seconds; nil takes what the rate suggests, and 10 s where the input is a pipe.
  public var latencySeconds: Double?
  /// What is kept besides.
  public var keepRules: KeepRules
  /// Of a recording that can be read twice. A stream with rules of what is kept besides takes `codec`: what is imagined
  /// there stands beside what is kept.
  public var loudnessTarget: LoudnessTarget

  public init(
    rate: Rate = .bitrateBps(8_000), channels: Channels = .mono, sampler: SamplerSettings = .standard,
    latencySeconds: Double? = nil, keepRules: KeepRules = KeepRules(), loudnessTarget: LoudnessTarget = .decoded
  ) {
    self.rate = rate
    self.channels = channels
    self.sampler = sampler
    self.latencySeconds = latencySeconds
    self.keepRules = keepRules
    self.loudnessTarget = loudnessTarget
  }

  /// Longest block of a pipe where nothing else is asked for.
  public static let pipeLatencySeconds = 10.0
}

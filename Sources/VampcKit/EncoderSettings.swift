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

  public var rate: Rate
  public var channels: Channels
  /// Written into the stream for the decoder.
  public var sampler: SamplerSettings
  /// Longest block in seconds; nil takes what the rate suggests, and 10 s where the input is a pipe.
  public var latencySeconds: Double?
  /// What is kept besides.
  public var keepRules: KeepRules

  public init(
    rate: Rate = .bitrateBps(8_000), channels: Channels = .mono, sampler: SamplerSettings = .standard,
    latencySeconds: Double? = nil, keepRules: KeepRules = KeepRules()
  ) {
    self.rate = rate
    self.channels = channels
    self.sampler = sampler
    self.latencySeconds = latencySeconds
    self.keepRules = keepRules
  }

  /// Longest block of a pipe where nothing else is asked for.
  public static let pipeLatencySeconds = 10.0
}

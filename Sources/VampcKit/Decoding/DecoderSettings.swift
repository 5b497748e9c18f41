import Bitstream
public import Tokens

/// Settings of a decoder: replacement of masked tokens, treatment of damage and of foreign codecs, and limits of cost.
public struct DecoderSettings: Sendable {
  /// Replacement of the tokens that a stream does not keep.
  public enum Fill: String, CaseIterable, Codable, Sendable {
    /// Generated tokens replace masked tokens.
    case generate
    /// No tokens replace masked tokens. In each frame, the codebooks from the first masked codebook on are left out;
    /// frames without the first codebook are interpolated.
    case none
    /// Random tokens replace masked tokens: the baseline that generation is compared with.
    case random
  }

  /// Replacement of masked tokens.
  public var fill: Fill
  /// Closure that changes the sampler settings of a stream before its tokens are generated.
  public var adjustSampler: @Sendable (inout SamplerSettings) -> Void
  /// Whether the model that the caller names may have another codec than the stream; decoding then gives noise.
  public var acceptsOtherCodec: Bool
  /// Whether decoding stops at the first damage. Otherwise decoding continues, and later sound keeps its place in time.
  public var stopsAtDamage: Bool
  /// Limits on the channels, sample rate, memory, duration and lost frames of streams.
  public var budget: DecodingBudget

  /// Settings that generate masked tokens with the stream's own sampler settings, and decode damaged streams as far as
  /// possible, unless the parameters say otherwise.
  public init(
    fill: Fill = .generate, acceptsOtherCodec: Bool = false, stopsAtDamage: Bool = false,
    budget: DecodingBudget = .standard,
    adjustSampler: @escaping @Sendable (inout SamplerSettings) -> Void = { _ in }
  ) {
    self.fill = fill
    self.acceptsOtherCodec = acceptsOtherCodec
    self.stopsAtDamage = stopsAtDamage
    self.budget = budget
    self.adjustSampler = adjustSampler
  }
}

extension DecoderSettings {
  /// Damage policy of the stream reader: strict if decoding stops at the first damage.
  var damagePolicy: DamagePolicy { stopsAtDamage ? .strict : .lenient }
}

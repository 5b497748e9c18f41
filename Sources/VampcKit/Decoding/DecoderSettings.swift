import Bitstream
public import Tokens

/// Settings of a decoding.
public struct DecoderSettings: Sendable {
  /// Replacement of the tokens that a stream does not keep.
  public enum Fill: String, CaseIterable, Codable, Sendable {
    /// VampNet generates them.
    case generate
    /// Nothing replaces them: masked codebooks are left out, masked frames are interpolated.
    case none
    /// Random tokens replace them: the baseline that generation is compared with.
    case random
  }

  /// Replacement of masked tokens.
  public var fill: Fill
  /// Change of the sampler settings that the stream brings.
  public var adjustSampler: @Sendable (inout SamplerSettings) -> Void
  /// Whether a stream may be decoded with a codec other than its own, which gives noise.
  public var acceptsOtherCodec: Bool
  /// Whether decoding stops at the first damage. Otherwise it goes on, with the time kept aligned.
  public var stopsAtDamage: Bool

  /// Settings that generate masked tokens with the stream's own sampler settings, and decode damaged streams as far as
  /// possible, unless the parameters say otherwise.
  public init(
    fill: Fill = .generate, acceptsOtherCodec: Bool = false, stopsAtDamage: Bool = false,
    adjustSampler: @escaping @Sendable (inout SamplerSettings) -> Void = { _ in }
  ) {
    self.fill = fill
    self.acceptsOtherCodec = acceptsOtherCodec
    self.stopsAtDamage = stopsAtDamage
    self.adjustSampler = adjustSampler
  }
}

extension DecoderSettings {
  /// Policy of the reader at damage.
  var damagePolicy: DamagePolicy { stopsAtDamage ? .strict : .lenient }
}

/// Sampler settings that a stream carries for its decoder.
public enum SamplerChoice: Equatable, Hashable, Sendable {
  /// The decoder uses the default settings of its model, with this seed.
  case modelDefault(seed: UInt32 = 0)
  /// The decoder uses these settings, which the user of the encoder chose.
  case explicit(SamplerSettings)

  /// Seed of the decoder's random generator, in either case.
  public var seed: UInt32 {
    switch self {
    case .modelDefault(let seed): seed
    case .explicit(let settings): settings.seed
    }
  }

  /// Choice with another seed; all other settings stay unchanged.
  public func withSeed(_ seed: UInt32) -> SamplerChoice {
    switch self {
    case .modelDefault: return .modelDefault(seed: seed)
    case .explicit(var settings):
      settings.seed = seed
      return .explicit(settings)
    }
  }

  /// Settings that a decoder applies.
  ///
  /// - Parameter defaults: Default settings of the decoder's model, whose seed is not used.
  public func settings(modelDefaults defaults: SamplerSettings) -> SamplerSettings {
    switch self {
    case .explicit(let settings): return settings
    case .modelDefault(let seed):
      var settings = defaults
      settings.seed = seed
      return settings
    }
  }
}

/// How the missing tokens are imagined: the options of VampNet's parallel iterative decoding.
///
/// Written into a stream by the encoder, overridable at decode. Real-valued settings are held in steps of 1/100, the
/// resolution of the stream, so that what is stored is what was used.
public struct SamplerSettings: Equatable, Hashable, Sendable {
  /// Sampling steps of the coarse model, `1...255`.
  public var coarseStepCount: Int
  /// Sampling steps of the coarse-to-fine model, `1...255`.
  public var fineStepCount: Int
  /// Divides the coarse model's logits before sampling, `0...655.35`; 0 takes the most likely token.
  public var temperature: Double { didSet { temperature = Self.quantised(temperature) } }
  /// The same for the coarse-to-fine model.
  public var fineTemperature: Double { didSet { fineTemperature = Self.quantised(fineTemperature) } }
  /// Scale of the Gumbel noise on the confidence, annealed linearly to 0 over the steps, `0...655.35`.
  public var maskTemperature: Double { didSet { maskTemperature = Self.quantised(maskTemperature) } }
  /// Nucleus sampling: the smallest set of tokens with this probability, in `0.01...1`; 1 switches it off.
  public var topP: Double { didSet { topP = Self.quantised(topP) } }
  /// Locally typical sampling: probability mass kept, in `0.01...1`; 1 switches it off.
  public var typicalMass: Double { didSet { typicalMass = Self.quantised(typicalMass) } }
  /// Key of the counter-based random generator.
  public var seed: UInt32

  public init(
    coarseStepCount: Int = 12, fineStepCount: Int = 2, temperature: Double = 1, fineTemperature: Double = 0,
    maskTemperature: Double = 200, topP: Double = 1, typicalMass: Double = 1, seed: UInt32 = 0
  ) {
    self.coarseStepCount = coarseStepCount
    self.fineStepCount = fineStepCount
    self.temperature = Self.quantised(temperature)
    self.fineTemperature = Self.quantised(fineTemperature)
    self.maskTemperature = Self.quantised(maskTemperature)
    self.topP = Self.quantised(topP)
    self.typicalMass = Self.quantised(typicalMass)
    self.seed = seed
  }

  /// The best settings found for the default models: the published ones, but the most likely token in the fine codebooks,
  /// and noise that drowns the confidence, so that tokens are settled in random order.
  ///
  /// Where confidence chooses, the likeliest tokens are settled first, which are quiet ones, and everything else agrees with
  /// them: sparse speech falls silent. Figures are in the model card of the default model.
  public static let standard = SamplerSettings()

  /// What a stream says whose encoder was asked for nothing: number 0 of `formats/container.md`, the first standard settings.
  /// A decoder takes ``standard`` for it. Written out because the defaults may change, this may not.
  public static let unasked = SamplerSettings(
    coarseStepCount: 24, fineStepCount: 2, temperature: 1, fineTemperature: 0, maskTemperature: 10.5, topP: 1,
    typicalMass: 1)

  /// As a stream stores these settings: ``standard`` as ``unasked``, whatever the seed.
  public var stored: SamplerSettings { replacing(.standard, with: .unasked) }

  /// What a decoder does where a stream says this: the reverse of ``stored``.
  public var resolved: SamplerSettings { replacing(.unasked, with: .standard) }

  private func replacing(_ known: SamplerSettings, with other: SamplerSettings) -> SamplerSettings {
    var (known, other) = (known, other)
    (known.seed, other.seed) = (seed, seed)
    return self == known ? other : self
  }

  /// The defaults of the published code: number 1 of `formats/container.md`, written out for the same reason.
  public static let published = SamplerSettings(
    coarseStepCount: 12, fineStepCount: 2, temperature: 1, fineTemperature: 1, maskTemperature: 10.5, topP: 1,
    typicalMass: 1)

  private static func quantised(_ value: Double) -> Double {
    (min(max(value, 0), 655.35) * 100).rounded() / 100
  }
}

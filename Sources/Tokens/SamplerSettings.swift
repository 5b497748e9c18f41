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
    coarseStepCount: Int = 24, fineStepCount: Int = 2, temperature: Double = 1, fineTemperature: Double = 0,
    maskTemperature: Double = 10.5, topP: Double = 1, typicalMass: Double = 1, seed: UInt32 = 0
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

  /// The best settings found for the first default model: the published ones, but twice the coarse steps, and the most
  /// likely token in the fine codebooks.
  public static let standard = SamplerSettings()

  /// The defaults of the published code.
  public static let published = SamplerSettings(coarseStepCount: 12, fineTemperature: 1)

  private static func quantised(_ value: Double) -> Double {
    (min(max(value, 0), 655.35) * 100).rounded() / 100
  }
}

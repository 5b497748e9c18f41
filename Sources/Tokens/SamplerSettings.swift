/// Options of VampNet's sampler, which generates masked tokens by parallel iterative decoding.
///
/// An encoder stores the settings in the stream; a decoder may override them. Real-valued settings are rounded to steps
/// of 1/100, the resolution of the stream. A stream therefore stores exactly the values in use.
public struct SamplerSettings: Equatable, Hashable, Sendable {
  /// Number of sampling steps of the coarse transformer, `1...255`.
  public var coarseStepCount: Int
  /// Number of sampling steps of the coarse-to-fine transformer, `1...255`.
  public var fineStepCount: Int
  /// Divisor of the coarse transformer's logits, `0...655.35`; 0 takes the most likely token.
  public var temperature: Double { didSet { temperature = Self.quantised(temperature) } }
  /// Divisor of the coarse-to-fine transformer's logits, `0...655.35`; 0 takes the most likely token.
  public var fineTemperature: Double { didSet { fineTemperature = Self.quantised(fineTemperature) } }
  /// Scale of the Gumbel noise on the confidence, annealed linearly to 0 over the steps, `0...655.35`.
  public var maskTemperature: Double { didSet { maskTemperature = Self.quantised(maskTemperature) } }
  /// Nucleus sampling: total probability of the smallest set of tokens to draw from, `0.01...1`; 1 switches it off.
  public var topP: Double { didSet { topP = Self.quantised(topP) } }
  /// Locally typical sampling: total probability of the tokens to draw from, `0.01...1`; 1 switches it off.
  public var typicalMass: Double { didSet { typicalMass = Self.quantised(typicalMass) } }
  /// Key of the counter-based random generator.
  public var seed: UInt32
  /// Computation of random numbers and mask schedule. Streams of version 1 of the container have the first revision.
  public var revision = SamplerRevision.first

  /// Settings with the given values, real ones rounded to 1/100; the defaults are those of ``published``.
  public init(
    coarseStepCount: Int = 12, fineStepCount: Int = 2, temperature: Double = 1, fineTemperature: Double = 1,
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

  /// Defaults of the published code: number 1 of `formats/container.md`. The values must never change.
  public static let published = SamplerSettings(
    coarseStepCount: 12, fineStepCount: 2, temperature: 1, fineTemperature: 1, maskTemperature: 10.5, topP: 1,
    typicalMass: 1)

  private static func quantised(_ value: Double) -> Double {
    (min(max(value, 0), 655.35) * 100).rounded() / 100
  }
}

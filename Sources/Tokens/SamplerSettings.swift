/// Options of the sampler, which generates masked tokens.
///
/// A stream may carry settings for its decoder (``SamplerChoice``); a decoder may override these settings. Streams of
/// version 1 can carry only settings for which ``isEncodable`` is true.
public struct SamplerSettings: Equatable, Hashable, Sendable {
  /// Number of sampling steps of the coarse transformer, `1...255`.
  public var coarseStepCount: Int
  /// Number of sampling steps of the coarse-to-fine transformer, `1...255`.
  public var fineStepCount: Int
  /// Divisor of the coarse transformer's logits, `0...655.35`; 0 takes the most likely token.
  public var temperature: Double
  /// Divisor of the coarse-to-fine transformer's logits, `0...655.35`; 0 takes the most likely token.
  public var fineTemperature: Double
  /// Scale of the Gumbel noise on the confidence, annealed linearly to 0 over the steps, `0...655.35`.
  public var maskTemperature: Double
  /// Nucleus sampling: total probability, `0.01...1`, that the most likely tokens to draw from must exceed; 1 draws
  /// from all tokens.
  public var topP: Double
  /// Locally typical sampling: total probability, `0.01...1`, that the most typical tokens to draw from must reach; 1
  /// draws from all tokens.
  public var typicalMass: Double
  /// Seed of the counter-based random generator, which determines all random numbers.
  public var seed: UInt32
  /// Computation of random numbers and mask schedule. Streams of version 1 of the container have the first revision.
  public var revision = SamplerRevision.first
  /// Algorithm that decides which tokens a step settles.
  public var method = SamplerMethod.vampnet
  /// Number of the most likely tokens to draw from, at least 1; tokens as likely as the last of these tokens can be
  /// drawn, too. Nil sets no limit.
  public var topK: Int?
  /// Smallest number of tokens that typical sampling draws from, at least 1.
  public var typicalMinimumCount = SamplerSettings.publishedTypicalMinimumCount
  /// Share of the steps that draw tokens, `0...1`: step s of n steps, counted from 0, takes the most likely token if
  /// s/n is greater than this share.
  public var sampleCutoff = 1.0
  /// Settings that only MAGNeT's sampler uses.
  public var spans = SpanSettings()
  /// Duration of the beginning of a recording that is generated frame by frame instead of in parallel, in seconds; 0 or
  /// more.
  public var sequentialSeconds = 0.0

  /// Settings of VampNet's sampler with the given values; by default the values of ``published``.
  public init(
    coarseStepCount: Int = 12, fineStepCount: Int = 2, temperature: Double = 1, fineTemperature: Double = 1,
    maskTemperature: Double = 10.5, topP: Double = 1, typicalMass: Double = 1, seed: UInt32 = 0
  ) {
    self.coarseStepCount = coarseStepCount
    self.fineStepCount = fineStepCount
    self.temperature = temperature
    self.fineTemperature = fineTemperature
    self.maskTemperature = maskTemperature
    self.topP = topP
    self.typicalMass = typicalMass
    self.seed = seed
  }

  /// Defaults of the published code, which `formats/container.md` registers as sampler settings number 1. The values
  /// must never change.
  public static let published = SamplerSettings(
    coarseStepCount: 12, fineStepCount: 2, temperature: 1, fineTemperature: 1, maskTemperature: 10.5, topP: 1,
    typicalMass: 1)

  /// Default of the published code for the smallest number of tokens of typical sampling.
  public static let publishedTypicalMinimumCount = 64

  /// Changes the settings to another sampler with the values of its published code. All settings without such a value
  /// stay unchanged, such as numbers of steps and seed.
  ///
  /// - Parameter method: Sampler to use. ``SamplerMethod/vampnet`` sets the published mask temperature, and
  ///   ``SamplerMethod/magnet`` sets both temperatures to 3 and top-p to 0.9. ``SamplerMethod/vampnetRandom`` sets
  ///   nothing more.
  public mutating func choose(_ method: SamplerMethod) {
    self.method = method
    switch method {
    case .vampnet: maskTemperature = Self.published.maskTemperature
    case .vampnetRandom: break
    case .magnet: (temperature, fineTemperature, topP) = (3, 3, 0.9)
    }
  }

  /// Whether a stream of version 1 can carry the settings. The method must be ``SamplerMethod/vampnet``, and
  /// temperatures, top-p and typical mass must be whole hundredths. ``topK``, ``typicalMinimumCount``, ``sampleCutoff``
  /// and ``sequentialSeconds`` must have their defaults.
  public var isEncodable: Bool {
    var plain = self
    plain.method = .vampnet
    plain.topK = nil
    plain.typicalMinimumCount = Self.publishedTypicalMinimumCount
    plain.sampleCutoff = 1
    plain.sequentialSeconds = 0
    plain.spans = spans
    return self == plain
      && [temperature, fineTemperature, maskTemperature, topP, typicalMass].allSatisfy {
        ($0 * 100).rounded() / 100 == $0
      }
  }
}

import Tokens

/// Sampler settings of a condition that differ from those of the stream and the model; nil leaves a setting unchanged.
public struct SweepSampler: Codable, Hashable, Sendable {
  /// Sampler, with the values of its published code for the settings that are nil.
  public var method: String?
  /// Number of steps of the coarse-to-fine transformer.
  public var fineSteps: Int?
  /// Temperature of the coarse codebooks.
  public var temperature: Double?
  /// Temperature of the other codebooks.
  public var fineTemperature: Double?
  /// Noise on the confidence.
  public var maskTemperature: Double?
  /// Probability of nucleus sampling.
  public var topP: Double?
  /// Number of the most likely tokens to draw from.
  public var topK: Int?
  /// Probability of typical sampling.
  public var typicalMass: Double?
  /// Smallest number of tokens of typical sampling.
  public var typicalMinimum: Int?
  /// Share of the steps that draw tokens.
  public var sampleCutoff: Double?
  /// Number of frames of a span.
  public var span: Int?
  /// Score of a span: `max` or `prod`.
  public var spanScoring: String?
  /// Positions of spans: `nonoverlap` or `stride1`.
  public var spanArrangement: String?
  /// Numbers of steps of codebook 0 and the following ones.
  public var levelSteps: [Int]?
  /// Frames on each side that codebooks after the first attend to; −1 for all.
  public var contextFrames: Int?
  /// Seconds that are generated frame by frame.
  public var sequentialSeconds: Double?

  /// Settings that change nothing.
  public init() {}

  /// Settings of the sampler of arXiv 2307.04686, spelled out so that they do not depend on the model.
  public static var published: SweepSampler {
    var sampler = SweepSampler()
    sampler.method = SamplerMethod.vampnet.rawValue
    let settings = SamplerSettings.published
    sampler.fineSteps = settings.fineStepCount
    sampler.temperature = settings.temperature
    sampler.fineTemperature = settings.fineTemperature
    sampler.maskTemperature = settings.maskTemperature
    (sampler.topP, sampler.typicalMass) = (settings.topP, settings.typicalMass)
    return sampler
  }

  /// Text that names every setting, valid as a part of a file name; empty where nothing changes.
  public var identifier: String {
    func part(_ name: String, _ value: Double?) -> String? { value.map { name + Self.text($0) } }
    func part(_ name: String, _ value: Int?) -> String? { value.map { "\(name)\($0)" } }
    let parts = [
      method, part("fine", fineSteps), part("t", temperature), part("ft", fineTemperature),
      part("mt", maskTemperature), part("p", topP), part("k", topK), part("typical", typicalMass),
      part("minimum", typicalMinimum), part("cutoff", sampleCutoff), part("span", span), spanScoring,
      spanArrangement, levelSteps.map { "levels" + $0.map(String.init).joined(separator: "_") },
      contextFrames.map { $0 < 0 ? "contextall" : "context\($0)" }, part("sequential", sequentialSeconds),
    ]
    return parts.compactMap(\.self).joined(separator: "-")
  }

  /// Changes sampler settings.
  ///
  /// - Parameter settings: Settings of the stream.
  func apply(to settings: inout SamplerSettings) {
    if let method = method.flatMap(SamplerMethod.init(rawValue:)) { settings.choose(method) }
    settings.fineStepCount = fineSteps ?? settings.fineStepCount
    settings.temperature = temperature ?? settings.temperature
    settings.fineTemperature = fineTemperature ?? settings.fineTemperature
    settings.maskTemperature = maskTemperature ?? settings.maskTemperature
    settings.topP = topP ?? settings.topP
    settings.topK = topK ?? settings.topK
    settings.typicalMass = typicalMass ?? settings.typicalMass
    settings.typicalMinimumCount = typicalMinimum ?? settings.typicalMinimumCount
    settings.sampleCutoff = sampleCutoff ?? settings.sampleCutoff
    settings.sequentialSeconds = sequentialSeconds ?? settings.sequentialSeconds
    settings.spans.length = span ?? settings.spans.length
    settings.spans.scoring = spanScoring.flatMap(SpanSettings.Scoring.init(rawValue:)) ?? settings.spans.scoring
    settings.spans.arrangement =
      spanArrangement.flatMap(SpanSettings.Arrangement.init(rawValue:)) ?? settings.spans.arrangement
    settings.spans.levelStepCounts = levelSteps ?? settings.spans.levelStepCounts
    if let contextFrames { settings.spans.contextFrameCount = contextFrames < 0 ? nil : contextFrames }
  }

  /// Shortest decimal text without an exponent or a trailing zero.
  private static func text(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
  }
}

import Tokens

/// Sampler settings of a condition, which replace the settings of the stream or the model; nil leaves a setting
/// unchanged.
public struct SweepSampler: Codable, Hashable, Sendable {
  /// Name of the sampler (`SamplerMethod`). A name also sets the values that `SamplerSettings.choose` sets for this
  /// sampler; the other settings here take precedence.
  public var method: String?
  /// Number of steps of the coarse-to-fine transformer.
  public var fineSteps: Int?
  /// Temperature of the coarse codebooks, 0 or more.
  public var temperature: Double?
  /// Temperature of the codebooks of the coarse-to-fine transformer, 0 or more.
  public var fineTemperature: Double?
  /// Scale of the random noise on the confidence of tokens.
  public var maskTemperature: Double?
  /// Total probability of nucleus sampling (top-p).
  public var topP: Double?
  /// Number of the most likely tokens that may be drawn (top-k).
  public var topK: Int?
  /// Total probability of typical sampling (typical mass).
  public var typicalMass: Double?
  /// Smallest number of tokens that typical sampling lets stay.
  public var typicalMinimum: Int?
  /// Share of the steps that draw tokens (sample cut-off); later steps take the most likely tokens.
  public var sampleCutoff: Double?
  /// Number of frames of a span (MAGNeT's sampler).
  public var span: Int?
  /// Rule that computes a span's probability from the probabilities of its tokens: `max` or `prod`.
  public var spanScoring: String?
  /// Rule that says at which frames spans may begin: `nonoverlap` or `stride1`.
  public var spanArrangement: String?
  /// Numbers of steps of MAGNeT's sampler for codebook 0, codebook 1 and so on.
  public var levelSteps: [Int]?
  /// Number of frames on each side to which codebooks after the first attend; −1 for all frames.
  public var contextFrames: Int?
  /// Length in seconds of the beginning of a clip that is generated frame by frame.
  public var sequentialSeconds: Double?

  /// Settings that leave the stream's settings unchanged.
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

  /// Replaces the settings that are not nil.
  ///
  /// - Parameter settings: Settings of the stream, which are changed.
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

  /// Text of a number: an integer without a decimal point, otherwise the shortest text that gives the same number.
  private static func text(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
  }
}

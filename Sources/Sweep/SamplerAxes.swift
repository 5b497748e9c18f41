public import Tokens

/// Values of sampler settings that a grid combines; an empty list leaves a setting as the stream has it.
public struct SamplerAxes: Equatable, Sendable {
  /// Samplers, by the names of the option `--sampler`.
  public var methods: [SamplerMethod] = []
  /// Numbers of steps of the coarse-to-fine transformer.
  public var fineSteps: [Int] = []
  /// Temperatures of the coarse codebooks.
  public var temperatures: [Double] = []
  /// Temperatures of the other codebooks.
  public var fineTemperatures: [Double] = []
  /// Mask temperatures, for VampNet's sampler.
  public var maskTemperatures: [Double] = []
  /// Probabilities of nucleus sampling.
  public var topPs: [Double] = []
  /// Numbers of the most likely tokens to draw from.
  public var topKs: [Int] = []
  /// Probabilities of typical sampling.
  public var typicalMasses: [Double] = []
  /// Smallest numbers of tokens of typical sampling.
  public var typicalMinimums: [Int] = []
  /// Shares of the steps that draw tokens.
  public var sampleCutoffs: [Double] = []
  /// Settings of MAGNeT's sampler alone.
  public var spans = Spans()
  /// Seconds that are generated frame by frame.
  public var sequentialSeconds: [Double] = []
  /// Complete settings in addition to the combinations, or instead of them where all lists are empty.
  public var samplers: [SweepSampler] = []

  /// Values of settings that only MAGNeT's sampler has.
  public struct Spans: Equatable, Sendable {
    /// Lengths in frames.
    public var lengths: [Int] = []
    /// Scores.
    public var scorings: [SpanSettings.Scoring] = []
    /// Positions.
    public var arrangements: [SpanSettings.Arrangement] = []
    /// Lists of step counts.
    public var levelSteps: [[Int]] = []
    /// Frames on each side that later codebooks attend to; −1 for all.
    public var contextFrames: [Int] = []

    /// No values.
    public init() {}
  }

  /// Axes without values: the stream's sampler.
  public init() {}

  /// Settings of all combinations; nil for the stream's own settings.
  ///
  /// Values of MAGNeT's settings apply to MAGNeT's sampler only, and mask temperatures to VampNet's or the stream's.
  var combinations: [SweepSampler?] {
    let methods: [SamplerMethod?] = methods.isEmpty ? [nil] : methods
    var result: [SweepSampler] = []
    for method in methods {
      var start = SweepSampler()
      start.method = method?.rawValue
      var found = [start]
      Self.spread(&found, fineSteps, \.fineSteps)
      Self.spread(&found, temperatures, \.temperature)
      Self.spread(&found, fineTemperatures, \.fineTemperature)
      if method == nil || method == .vampnet { Self.spread(&found, maskTemperatures, \.maskTemperature) }
      Self.spread(&found, topPs, \.topP)
      Self.spread(&found, topKs, \.topK)
      Self.spread(&found, typicalMasses, \.typicalMass)
      Self.spread(&found, typicalMinimums, \.typicalMinimum)
      Self.spread(&found, sampleCutoffs, \.sampleCutoff)
      if method == .magnet {
        Self.spread(&found, spans.lengths, \.span)
        Self.spread(&found, spans.scorings.map(\.rawValue), \.spanScoring)
        Self.spread(&found, spans.arrangements.map(\.rawValue), \.spanArrangement)
        Self.spread(&found, spans.levelSteps, \.levelSteps)
        Self.spread(&found, spans.contextFrames, \.contextFrames)
      }
      Self.spread(&found, sequentialSeconds, \.sequentialSeconds)
      result += found
    }
    if result == [SweepSampler()] { return samplers.isEmpty ? [nil] : samplers }
    return result + samplers
  }

  private static func spread<Value>(
    _ found: inout [SweepSampler], _ values: [Value], _ setting: WritableKeyPath<SweepSampler, Value?>
  ) {
    guard !values.isEmpty else { return }
    found = found.flatMap { sampler in
      values.map { value in
        var changed = sampler
        changed[keyPath: setting] = value
        return changed
      }
    }
  }
}

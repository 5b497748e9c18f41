public import Tokens

/// Values of sampler settings that a grid combines. An empty list leaves a setting as the stream, or the sampler in
/// ``methods``, has it.
public struct SamplerAxes: Equatable, Sendable {
  /// Samplers; empty for the stream's sampler.
  public var methods: [SamplerMethod] = []
  /// Numbers of steps of the coarse-to-fine transformer.
  public var fineSteps: [Int] = []
  /// Temperatures of the coarse codebooks.
  public var temperatures: [Double] = []
  /// Temperatures of the codebooks of the coarse-to-fine transformer.
  public var fineTemperatures: [Double] = []
  /// Mask temperatures, for VampNet's sampler.
  public var maskTemperatures: [Double] = []
  /// Total probabilities of nucleus sampling (top-p).
  public var topPs: [Double] = []
  /// Numbers of the most likely tokens that may be drawn (top-k).
  public var topKs: [Int] = []
  /// Total probabilities of typical sampling (typical mass).
  public var typicalMasses: [Double] = []
  /// Smallest numbers of tokens that typical sampling lets stay.
  public var typicalMinimums: [Int] = []
  /// Shares of the steps that draw tokens (sample cut-off); later steps take the most likely tokens.
  public var sampleCutoffs: [Double] = []
  /// Settings of MAGNeT's sampler alone.
  public var spans = Spans()
  /// Lengths in seconds of the beginning of a clip that is generated frame by frame.
  public var sequentialSeconds: [Double] = []
  /// Settings that are not combined with the lists, but added to the combinations, or used alone where all lists are
  /// empty.
  public var samplers: [SweepSampler] = []

  /// Values of settings that only MAGNeT's sampler has.
  public struct Spans: Equatable, Sendable {
    /// Lengths of a span in frames.
    public var lengths: [Int] = []
    /// Rules that compute the probability of a span from the probabilities of its tokens.
    public var scorings: [SpanSettings.Scoring] = []
    /// Rules that say at which frames spans may begin.
    public var arrangements: [SpanSettings.Arrangement] = []
    /// Lists of numbers of steps. Each list has the number for codebook 0, the number for codebook 1 and so on.
    public var levelSteps: [[Int]] = []
    /// Numbers of frames on each side to which codebooks after the first attend; −1 for all frames.
    public var contextFrames: [Int] = []

    /// Axes without values, which leave all settings of MAGNeT's sampler unchanged.
    public init() {}
  }

  /// Axes without values, which leave all sampler settings as the stream has them.
  public init() {}

  /// Settings of all combinations; nil stands for the stream's own settings.
  ///
  /// Values in ``spans`` apply to MAGNeT's sampler only. Mask temperatures apply to VampNet's sampler and to the
  /// stream's own sampler.
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

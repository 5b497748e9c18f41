public import VampcKit

/// Condition of a sweep: one way of coding and decoding every clip.
///
/// The identifier names every setting that changes the decoded clip, so that results can be stored under the
/// identifier.
public struct SweepCondition: Codable, Hashable, Sendable {
  /// Kind of coding between the original and the decoded clip.
  public enum Method: String, Codable, CaseIterable, Sendable {
    /// Original compared with itself: the zero point of every distance.
    case original
    /// vampc stream. A stream that keeps all codebooks of all frames measures the codec alone.
    case vampc
    /// All tokens of the codec, each replaced by a random token with probability `noiseRatio` (VampNet, figure 5).
    case noise
    /// Ogg Opus file.
    case opus
  }

  /// Replacement of masked tokens.
  public typealias Fill = DecoderSettings.Fill

  /// Kind of the rule that picks the kept tokens.
  public enum Prompt: String, Codable, CaseIterable, Sendable {
    /// First `codebooks` codebooks of every `period`-th frame, or of every frame where the period is 1.
    case periodic
    /// First `codebooks` codebooks of all frames in the first or the last `promptSeconds` / 2.
    case edges
    /// First `codebooks` codebooks of the frames that overlap with a segment of `promptSeconds` centred on a beat.
    case beats
  }

  /// Kind of coding between the original and the decoded clip.
  public var method: Method
  /// Name of the model; nil for methods without a model.
  public var model: String?
  /// Prompt of a vampc stream; nil for other methods.
  public var prompt: Prompt?
  /// Number of kept codebooks, from codebook 0 on; nil for other methods than `vampc`.
  public var codebooks: Int?
  /// Number of frames from one kept frame to the next, for the prompt `periodic`; otherwise nil.
  public var period: Int?
  /// Length of the kept segments in seconds: both ends together for `edges`, the segment around one beat for `beats`;
  /// otherwise nil.
  public var promptSeconds: Double?
  /// Replacement of masked tokens; nil for other methods than `vampc`.
  public var fill: Fill?
  /// Number of steps of the coarse transformer, for the fill `generate`; otherwise nil.
  public var coarseSteps: Int?
  /// Sampler settings, for the fill `generate`; nil leaves the settings of the stream unchanged, and for other fills
  /// and methods.
  public var sampler: SweepSampler?
  /// Seed of the sampler and of random tokens; nil for conditions without random numbers.
  public var seed: UInt32?
  /// Probability that a token is replaced, 0...1, for the method `noise`; otherwise nil.
  public var noiseRatio: Double?
  /// Requested bitrate of Opus in bit/s; nil for other methods.
  public var requestedBps: Int?
  /// Frame duration of Opus in milliseconds: 20 or 60; nil for other methods.
  public var frameMilliseconds: Int?
  /// Whether Opus has a constant bitrate (true) or constrained variable bitrate (false); nil for other methods.
  public var isConstantRate: Bool?
  /// Names of the presets and grid files that the condition belongs to, such as `figure5`.
  public var figures: [String]

  /// Creates a condition that has a method but no other settings.
  public init(_ method: Method, figures: [String] = []) {
    self.method = method
    self.figures = figures
  }

  /// Identifier of the condition, different for conditions that differ in more than ``figures`` and valid as a file
  /// name: `vampc-MODEL-4x1-generate-steps24-seed0`.
  public var identifier: String {
    var parts = [method.rawValue]
    if let model { parts.append(model) }
    switch prompt {
    case .periodic: parts.append("\(codebooks ?? 0)x\(period ?? 1)")
    case .edges: parts.append("\(codebooks ?? 0)-edges\(Self.text(promptSeconds))")
    case .beats: parts.append("\(codebooks ?? 0)-beats\(Self.text(promptSeconds))")
    case nil: break
    }
    if let noiseRatio { parts.append("ratio\(Self.text(noiseRatio))") }
    if let fill { parts.append(fill.rawValue) }
    if let coarseSteps { parts.append("steps\(coarseSteps)") }
    if let sampler { parts.append(sampler.identifier) }
    if let seed { parts.append("seed\(seed)") }
    if let requestedBps { parts.append("\(requestedBps)bps") }
    if let frameMilliseconds { parts.append("\(frameMilliseconds)ms") }
    if let isConstantRate { parts.append(isConstantRate ? "cbr" : "vbr") }
    return parts.joined(separator: "-")
  }

  /// Name of the curve that the condition belongs to, without the model: `vampc, generated`, `Opus, 60 ms, VBR`.
  public var series: String {
    switch method {
    case .original: "original"
    case .noise: "tokens replaced at random"
    case .opus: "Opus, \(frameMilliseconds ?? 60) ms, \(isConstantRate == true ? "CBR" : "VBR")"
    case .vampc:
      switch fill {
      case .generate: sampler.map { "vampc, generated, \($0.identifier)" } ?? "vampc, generated"
      case .random: "vampc, random tokens"
      case .some(.none), nil: "vampc, kept alone"
      }
    }
  }

  /// Label of the condition in tables and plots: `4 codebooks, 1 frame in 4`.
  public var label: String {
    switch method {
    case .original: return "original"
    case .noise: return "noise, r = \(Self.text(noiseRatio))"
    case .opus: return "Opus \(Self.text(Double(requestedBps ?? 0) / 1_000))k"
    case .vampc: break
    }
    let kept = "\(codebooks ?? 0) codebook\(codebooks == 1 ? "" : "s")"
    switch prompt {
    case .edges: return "\(kept), both ends, \(Self.text(promptSeconds)) s"
    case .beats: return "\(kept), at beats" + (promptSeconds == 0.075 ? "" : ", \(Self.text(promptSeconds)) s")
    case .periodic, nil: return period ?? 1 == 1 ? kept : "\(kept), 1 frame in \(period ?? 1)"
    }
  }

  /// Text of a number: an integer without a decimal point, otherwise the shortest text that gives the same number.
  private static func text(_ value: Double?) -> String {
    guard let value else { return "" }
    return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
  }
}

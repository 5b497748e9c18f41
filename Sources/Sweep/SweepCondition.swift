public import VampcKit

/// One way of sending every clip of a sweep through a codec, and back.
///
/// The identifier names everything that changes what comes out but the clip, so that results can be kept under it.
public struct SweepCondition: Codable, Hashable, Sendable {
  /// What stands between the original and what is heard.
  public enum Method: String, Codable, CaseIterable, Sendable {
    /// The original against itself: what every distance counts from.
    case original
    /// A stream of vampc. With all codebooks of all frames kept it is the codec alone.
    case vampc
    /// All tokens of the codec, each replaced by a random one with a given probability (VampNet, figure 5).
    case noise
    case opus
  }

  /// What stands for the tokens that a stream does not keep.
  public typealias Fill = DecoderSettings.Fill

  /// Which tokens a stream keeps.
  public enum Prompt: String, Codable, CaseIterable, Sendable {
    /// The first `codebooks` of every `period`-th frame; every frame where the period is 1.
    case periodic
    /// The first `codebooks` of all frames in `promptSeconds` at either end.
    case edges
    /// The first `codebooks` of the frames within `promptSeconds` around each beat.
    case beats
  }

  public var method: Method
  /// Name of the model; nil where none is involved.
  public var model: String?
  public var prompt: Prompt?
  public var codebooks: Int?
  /// Frames from one that is kept to the next; for `prompt` `periodic` alone.
  public var period: Int?
  /// For `prompt` `edges` that of both ends together, for `beats` that of the stretch centred on a beat.
  public var promptSeconds: Double?
  public var fill: Fill?
  /// Steps of the coarse transformer, for `fill` `generate`.
  public var coarseSteps: Int?
  /// Of the sampler and of random tokens.
  public var seed: UInt32?
  /// Probability that a token is replaced, for `method` `noise`.
  public var noiseRatio: Double?
  /// What Opus is asked for.
  public var requestedBps: Int?
  /// 20 or 60.
  public var frameMilliseconds: Int?
  /// Whether every packet of Opus has the same size.
  public var isConstantRate: Bool?
  /// Presets that this condition belongs to, such as `figure5`.
  public var figures: [String]

  public init(_ method: Method, figures: [String] = []) {
    self.method = method
    self.figures = figures
  }

  /// Distinct for distinct conditions, fit for a file name: `vampc-4x1-generate-steps24-seed0`.
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
    if let seed { parts.append("seed\(seed)") }
    if let requestedBps { parts.append("\(requestedBps)bps") }
    if let frameMilliseconds { parts.append("\(frameMilliseconds)ms") }
    if let isConstantRate { parts.append(isConstantRate ? "cbr" : "vbr") }
    return parts.joined(separator: "-")
  }

  /// Conditions of one curve have the same: `vampc, imagined`, `Opus, 60 ms, VBR`. The model is named by the caller.
  public var series: String {
    switch method {
    case .original: "original"
    case .noise: "tokens replaced at random"
    case .opus: "Opus, \(frameMilliseconds ?? 60) ms, \(isConstantRate == true ? "CBR" : "VBR")"
    case .vampc:
      switch fill {
      case .generate: "vampc, imagined"
      case .random: "vampc, random tokens instead"
      case .some(.none), nil: "vampc, nothing imagined"
      }
    }
  }

  /// What people read: `4 codebooks, every 4th frame`.
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
    case .beats: return "\(kept), at beats"
    case .periodic, nil: return period ?? 1 == 1 ? kept : "\(kept), 1 frame in \(period ?? 1)"
    }
  }

  /// Shortest decimal text without an exponent or a trailing zero.
  private static func text(_ value: Double?) -> String {
    guard let value else { return "" }
    return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
  }
}

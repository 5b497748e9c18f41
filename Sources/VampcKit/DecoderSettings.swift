public import Tokens

/// How a stream is decoded.
public struct DecoderSettings: Sendable {
  /// What stands for the tokens that the stream does not keep.
  public enum Fill: String, CaseIterable, Codable, Sendable {
    /// What VampNet imagines.
    case generate
    /// Nothing: missing codebooks are left out, missing frames are bridged.
    case none
    /// Random tokens, to compare with.
    case random
  }

  public var fill: Fill
  /// Changes the sampler settings that the stream brings.
  public var adjustSampler: @Sendable (inout SamplerSettings) -> Void
  /// Decode with a codec that is not the stream's.
  public var acceptsOtherCodec: Bool
  /// Stop at the first damage; otherwise go on, with time kept aligned.
  public var stopsAtDamage: Bool

  public init(
    fill: Fill = .generate, acceptsOtherCodec: Bool = false, stopsAtDamage: Bool = false,
    adjustSampler: @escaping @Sendable (inout SamplerSettings) -> Void = { _ in }
  ) {
    self.fill = fill
    self.acceptsOtherCodec = acceptsOtherCodec
    self.stopsAtDamage = stopsAtDamage
    self.adjustSampler = adjustSampler
  }
}

/// Something about a stream that whoever decodes it should know.
public enum DecoderNotice: Equatable, Sendable, CustomStringConvertible {
  /// The stream was made with other transformers than the model has: what is imagined differs.
  case otherGenerator(stream: String, model: String)
  /// The model has no transformer for what is missing; what is kept is decoded.
  case nothingToImagineWith(model: String)
  /// Only the coarse codebooks are imagined.
  case onlyCoarse(model: String)
  /// Part of the stream is damaged.
  case damage(reason: String, lostSeconds: Range<Double>?)
  /// A later stream has another rate or other channels than the first, which the output is made for.
  case formatChanges(stream: Int, sampleRateHz: Int, channelCount: Int, output: OutputFormat)
  /// The stream ends without saying how long it is.
  case lengthUnknown
  /// The limiter had to act; recovering from a peak takes it a while.
  case limited(sampleCount: Int)

  /// Whether something is not as it should be; otherwise it is good to know, no more.
  public var isWarning: Bool {
    if case .limited = self { false } else { true }
  }

  public var description: String {
    switch self {
    case .otherGenerator(let stream, let model):
      "made with generator \(stream), not with that of \(model): what is imagined will differ"
    case .nothingToImagineWith(let model): "\(model) has only a codec: what is kept is decoded, nothing is imagined"
    case .onlyCoarse(let model): "\(model) has no coarse-to-fine model: only coarse codebooks are decoded"
    case .damage(let reason, let lost):
      if let lost {
        "damaged: \(reason); lost from \(Self.text(lost.lowerBound)) to \(Self.text(lost.upperBound)) s"
      } else {
        "damaged: \(reason)"
      }
    case .formatChanges(let stream, let rate, let channels, let output):
      "stream \(stream) has \(Self.text(channels)) at \(rate) Hz: brought to the first one's "
        + "\(Self.text(output.channelCount)) at \(output.sampleRateHz) Hz"
    case .lengthUnknown: "the stream ends without its length: the last frame is kept whole"
    case .limited(let count): "\(count) samples lowered by the limiter, to keep peaks below full scale"
    }
  }

  private static func text(_ channelCount: Int) -> String {
    channelCount == 1 ? "1 channel" : "\(channelCount) channels"
  }

  private static func text(_ seconds: Double) -> String { "\((seconds * 100).rounded() / 100)" }
}

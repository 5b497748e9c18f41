/// Fact about a stream that a listener should know.
public enum DecoderNotice: Equatable, Sendable, CustomStringConvertible {
  /// The stream was made for other transformers than the model's, so the model generates other tokens than the stream's
  /// own transformers would. `stream` is the hash of the stream's transformers, `model` the model's name.
  case otherGenerator(stream: String, model: String)
  /// The model has no transformers: in each frame, the codebooks from the first masked codebook on are left out, and
  /// frames without the first codebook are interpolated.
  case noGenerator(model: String)
  /// The model has only a coarse transformer: in each frame, the codebooks from the first masked fine codebook on are
  /// left out.
  case onlyCoarse(model: String)
  /// Part of the stream is damaged. `lostSeconds` is the span of lost frames in seconds from the beginning of the
  /// output of all streams; nil where no frames are lost or their number is unknown.
  case damage(reason: String, lostSeconds: Range<Double>?)
  /// A later stream has another rate or another number of channels than the first stream and is converted to the
  /// output's format. `stream` is the number of the later stream, 1 for the first.
  case formatChanges(stream: Int, sampleRateHz: Int, channelCount: Int, output: OutputFormat)
  /// The stream ends without stating its length.
  case lengthUnknown
  /// The limiter lowered peaks above full scale. `sampleCount` is the number of lowered samples per channel, samples
  /// near a peak included.
  case limited(sampleCount: Int)

  /// Whether the notice is a warning: true for all notices but ``limited(sampleCount:)``.
  public var isWarning: Bool {
    if case .limited = self { false } else { true }
  }

  /// Notice in words, in lower case without a full stop.
  public var description: String {
    switch self {
    case .otherGenerator(let stream, let model):
      "made with generator \(stream), not with that of \(model): generated tokens will differ"
    case .noGenerator(let model): "\(model) has only a codec: kept tokens are decoded, nothing is generated"
    case .onlyCoarse(let model):
      "\(model) has no coarse-to-fine transformer: fine codebooks from the first masked one on are not decoded"
    case .damage(let reason, let lost):
      if let lost {
        "damaged: \(reason); lost from \(Self.text(lost.lowerBound)) to \(Self.text(lost.upperBound)) s"
      } else {
        "damaged: \(reason)"
      }
    case .formatChanges(let stream, let rate, let channels, let output):
      "stream \(stream) has \(Self.text(channels)) at \(rate) Hz: converted to the first stream's "
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

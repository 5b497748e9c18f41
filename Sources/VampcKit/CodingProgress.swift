/// Progress of an encode, a decode or a variation.
public struct CodingProgress: Equatable, Sendable {
  /// Stage of an encode, a decode or a variation; the raw value is the text that users see.
  public enum Stage: String, Sendable {
    /// The encoder reads the input for the first time, to measure its loudness.
    case measuring
    /// The encoder encodes and decodes a few segments, to match their loudness.
    case matching = "matching loudness"
    /// The encoder computes the tokens of a recording; for a stream, the encoder also writes the tokens.
    case encoding
    /// VampNet generates tokens of a variation.
    case generating
    /// The decoder turns tokens into audio; for a stream, the decoder also writes the audio.
    case decoding
  }

  /// Stage that the work has reached.
  public var stage: Stage
  /// Length in seconds of the audio that the stage has processed.
  public var doneSeconds: Double
  /// Length in seconds of all audio that the stage will process; nil where this length is not known.
  public var totalSeconds: Double?

  /// Progress of one stage, in seconds of audio.
  public init(stage: Stage, doneSeconds: Double, totalSeconds: Double?) {
    self.stage = stage
    self.doneSeconds = doneSeconds
    self.totalSeconds = totalSeconds
  }

  /// Closure that is called with the present progress after each processed chunk of audio or tokens. An error of the
  /// closure cancels the work.
  public typealias Handler = (CodingProgress) throws -> Void
}

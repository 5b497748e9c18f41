/// Progress of an encoding or a decoding.
public struct CodingProgress: Equatable, Sendable {
  /// Stage of an encode, a decode or a variation; the raw value is the text that users see.
  public enum Stage: String, Sendable {
    /// The encoder reads the input for the first time, to measure its loudness.
    case measuring
    /// The encoder decodes a few segments again, to match their loudness.
    case matching = "matching loudness"
    /// The encoder computes tokens and writes the stream.
    case encoding
    /// VampNet generates tokens of a variation.
    case generating
    /// The decoder turns tokens into audio and writes the audio.
    case decoding
  }

  /// Stage that the work has reached.
  public var stage: Stage
  /// Length of the finished audio in seconds.
  public var doneSeconds: Double
  /// Length of all audio in seconds; nil where the end is not known.
  public var totalSeconds: Double?

  /// Progress of one stage, in seconds of audio.
  public init(stage: Stage, doneSeconds: Double, totalSeconds: Double?) {
    self.stage = stage
    self.doneSeconds = doneSeconds
    self.totalSeconds = totalSeconds
  }

  /// Closure that is called often. An error of the closure cancels the work.
  public typealias Handler = (CodingProgress) throws -> Void
}

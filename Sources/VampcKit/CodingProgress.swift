/// Progress of an encoding or a decoding.
public struct CodingProgress: Equatable, Sendable {
  /// Kind of work.
  public enum Stage: String, Sendable {
    /// The encoder reads the input for the first time, to measure its loudness.
    case measuring
    /// The encoder encodes and writes.
    case encoding
    /// The decoder decodes and writes.
    case decoding
  }

  /// Kind of work.
  public var stage: Stage
  /// Seconds of audio that are done.
  public var doneSeconds: Double
  /// Seconds of audio in all; nil where the end is not known.
  public var totalSeconds: Double?

  /// Progress of one stage, in seconds of audio.
  public init(stage: Stage, doneSeconds: Double, totalSeconds: Double?) {
    self.stage = stage
    self.doneSeconds = doneSeconds
    self.totalSeconds = totalSeconds
  }

  /// Listener that is called often. An error that it throws cancels the work.
  public typealias Handler = (CodingProgress) throws -> Void
}

/// How far an encoder or a decoder has come.
public struct CodingProgress: Equatable, Sendable {
  /// What is being done.
  public enum Stage: String, Sendable {
    case measuring
    case encoding
    case decoding
  }

  public var stage: Stage
  public var doneSeconds: Double
  /// Nil where the end is not known.
  public var totalSeconds: Double?

  public init(stage: Stage, doneSeconds: Double, totalSeconds: Double?) {
    self.stage = stage
    self.doneSeconds = doneSeconds
    self.totalSeconds = totalSeconds
  }

  /// Called now and then; an error that it throws stops the work.
  public typealias Handler = (CodingProgress) throws -> Void
}

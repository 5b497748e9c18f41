public import ExplainedErrors

/// Reason why signals or embeddings cannot be measured or compared.
public enum EvaluationError: Error, Equatable, Sendable {
  case channelCountsDiffer(degraded: Int, reference: Int)
  case sampleRatesDiffer(degradedHz: Int, referenceHz: Int)
  case sampleCountsDiffer(degraded: Int, reference: Int)
  case emptySignal
  case sampleNotFinite(channel: Int, sampleIndex: Int)
  case tooFewEmbeddings(found: Int, minimum: Int)
  case embeddingWidthsDiffer(found: Int, expected: Int, row: Int)
  case embeddingNotFinite(row: Int)
  case dimensionOutOfRange(found: Int, allowed: ClosedRange<Int>)
  /// Embeddings of two different networks, named by their identifiers.
  case embeddingsDiffer(found: String, expected: String)
  case eigenvaluesNotFound(lapackInfo: Int)
  case tooFewValues(found: Int, minimum: Int)
  case valueCountsDiffer(first: Int, second: Int)
  /// Embedding command of a user (`CommandEmbedder`) that cannot be run, has failed, or has written no usable
  /// embeddings.
  case commandFailed(reason: String)
  /// File that does not hold embedding statistics (`formats/embedding-statistics.md`).
  case invalidStatistics(path: String, reason: String)
}

extension EvaluationError: CustomStringConvertible {
  /// Message in lower case, with the values that do not fit where the error has them.
  public var description: String {
    switch self {
    case .channelCountsDiffer(let degraded, let reference):
      "degraded audio has \(degraded) channels, the reference \(reference)"
    case .sampleRatesDiffer(let degradedHz, let referenceHz):
      "degraded audio runs at \(degradedHz) Hz, the reference at \(referenceHz) Hz"
    case .sampleCountsDiffer(let degraded, let reference):
      "degraded audio has \(degraded) samples per channel, the reference \(reference)"
    case .emptySignal:
      "no samples to compare"
    case .sampleNotFinite(let channel, let sampleIndex):
      "sample \(sampleIndex) of channel \(channel) is not a finite number"
    case .tooFewEmbeddings(let found, let minimum):
      "\(found) embeddings given, at least \(minimum) needed"
    case .embeddingWidthsDiffer(let found, let expected, let row):
      "embedding \(row) has \(found) values, others have \(expected)"
    case .embeddingNotFinite(let row):
      "embedding \(row) holds a value that is not a finite number"
    case .dimensionOutOfRange(let found, let allowed):
      "embeddings of \(found) values, \(allowed.lowerBound) to \(allowed.upperBound) are allowed"
    case .embeddingsDiffer(let found, let expected):
      "embeddings by \(found) do not compare with those by \(expected)"
    case .eigenvaluesNotFound(let lapackInfo):
      "eigenvalues did not converge, lapack info \(lapackInfo)"
    case .tooFewValues(let found, let minimum):
      "\(found) values given, at least \(minimum) needed"
    case .valueCountsDiffer(let first, let second):
      "paired values differ in number, \(first) and \(second)"
    case .commandFailed(let reason):
      "the embedding command failed: \(reason)"
    case .invalidStatistics(let path, let reason):
      "\(path): no embedding statistics: \(reason)"
    }
  }
}

extension EvaluationError: ExplainedError {
  /// Embedding command or statistics file that the error is about; nil for other errors.
  public var subject: ErrorSubject? {
    switch self {
    case .commandFailed: .program("the embedding command")
    case .invalidStatistics(let path, _): .file(path)
    default: nil
    }
  }

  /// Kind of the error: bad input for a file without embedding statistics, otherwise a failure.
  public var kind: ErrorKind {
    switch self {
    case .invalidStatistics: .badInput
    case .channelCountsDiffer, .sampleRatesDiffer, .sampleCountsDiffer, .emptySignal, .sampleNotFinite,
      .tooFewEmbeddings, .embeddingWidthsDiffer, .embeddingNotFinite, .dimensionOutOfRange, .embeddingsDiffer,
      .eigenvaluesNotFound, .tooFewValues, .valueCountsDiffer, .commandFailed:
      .failure
    }
  }
}

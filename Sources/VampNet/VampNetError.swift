public import ExplainedErrors

/// Reason why VampNet cannot run.
public enum VampNetError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Codec with fewer codebooks than the transformer in the file `path` needs, or with codebooks that do not have
  /// `expectedSize` entries of the transformer's latent dimension.
  case codebooksDoNotFit(path: String, expectedCount: Int, expectedSize: Int)

  /// Phrase with the path and the expected codebooks.
  public var description: String {
    switch self {
    case .codebooksDoNotFit(let path, let count, let size):
      "\(path) was made for a codec of at least \(count) codebooks of \(size) entries"
    }
  }
}

extension VampNetError: ExplainedError {
  /// Model file of the transformer that does not fit the codec.
  public var subject: ErrorSubject? {
    switch self {
    case .codebooksDoNotFit(let path, _, _): .model(path)
    }
  }

  /// Kind of the error: always a failure.
  public var kind: ErrorKind { .failure }
}

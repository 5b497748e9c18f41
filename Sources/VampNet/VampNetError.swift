/// What can keep VampNet from running.
public enum VampNetError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The codec's codebooks are not those that the transformer was made for.
  case codebooksDoNotFit(path: String, expectedCount: Int, expectedSize: Int)

  public var description: String {
    switch self {
    case .codebooksDoNotFit(let path, let count, let size):
      "\(path) was made for a codec of at least \(count) codebooks of \(size) entries"
    }
  }
}

public import ExplainedErrors

/// Fault of a file that says which tokens to keep.
public enum KeepRulesError: Error, Equatable, Sendable, CustomStringConvertible {
  case cannotRead(path: String, reason: String)
  case tooLarge(path: String, allowedByteCount: Int)
  /// A line does not begin with a time in seconds.
  case notATime(path: String, line: Int, text: String)
  /// The file is not a NumPy file with a mask.
  case notAMask(path: String, reason: String)
  /// The mask has more codebooks than the model.
  case tooManyCodebooks(found: Int, available: Int)

  /// Error in words, in lower case without a full stop.
  public var description: String {
    switch self {
    case .cannotRead(let path, let reason): "\(path): cannot read: \(reason)"
    case .tooLarge(let path, let allowed): "\(path): larger than \(allowed) bytes"
    case .notATime(let path, let line, let text): "\(path): line \(line): '\(text)' is no time in seconds, 0 or later"
    case .notAMask(let path, let reason): "\(path): \(reason)"
    case .tooManyCodebooks(let found, let available):
      "the mask has \(found) codebooks, but the model \(available)"
    }
  }
}

extension KeepRulesError: ExplainedError {
  /// File, model, option or input that the error is about.
  public var subject: ErrorSubject? {
    switch self {
    case .cannotRead(let path, _), .tooLarge(let path, _), .notATime(let path, _, _), .notAMask(let path, _):
      .file(path)
    case .tooManyCodebooks: .option("--keep-mask")
    }
  }

  /// Kind of the error, which decides the exit code.
  public var kind: ErrorKind {
    switch self {
    case .notATime, .notAMask, .tooLarge: .badInput
    case .tooManyCodebooks: .usage
    case .cannotRead: .failure
    }
  }
}

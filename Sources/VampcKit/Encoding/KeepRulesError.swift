public import ExplainedErrors

/// Fault of a file with times or a mask that say which tokens to keep.
public enum KeepRulesError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file cannot be opened or read.
  case cannotRead(path: String, reason: String)
  /// The file has more bytes than `allowedByteCount`.
  case tooLarge(path: String, allowedByteCount: Int)
  /// A line does not begin with a time in seconds. `line` is 1 for the first line.
  case notATime(path: String, line: Int, text: String)
  /// A line begins with digits, a comma and digits: a decimal comma, or two columns. `line` is 1 for the first line.
  case commaInTime(path: String, line: Int, text: String)
  /// The file is not UTF-8 text, or has a byte 0.
  case notText(path: String)
  /// The file is no NumPy file, or its array is no keep mask.
  case notAMask(path: String, reason: String)
  /// The mask has more codebooks than the model's codec or, where tokens are generated, than its transformers cover.
  case tooManyCodebooks(found: Int, available: Int)

  /// Error in words, in lower case without a full stop.
  public var description: String {
    switch self {
    case .cannotRead(let path, let reason): "\(path): cannot read: \(reason)"
    case .tooLarge(let path, let allowed): "\(path): larger than \(allowed) bytes"
    case .notATime(let path, let line, let text): "\(path): line \(line): '\(text)' is no time in seconds, 0 or later"
    case .commaInTime(let path, let line, let text):
      "\(path): line \(line): '\(text)' may be one number or two; times need a decimal point"
    case .notText(let path): "\(path): not a text file in UTF-8"
    case .notAMask(let path, let reason): "\(path): \(reason)"
    case .tooManyCodebooks(let found, let available):
      "the mask has \(found) codebooks, but the model \(available)"
    }
  }
}

extension KeepRulesError: ExplainedError {
  /// File that the error is about; the option `--keep-mask` for a mask with too many codebooks.
  public var subject: ErrorSubject? {
    switch self {
    case .cannotRead(let path, _), .tooLarge(let path, _), .notATime(let path, _, _), .commaInTime(let path, _, _),
      .notText(let path), .notAMask(let path, _):
      .file(path)
    case .tooManyCodebooks: .option("--keep-mask")
    }
  }

  /// How to write a time whose comma is ambiguous; nil for other errors.
  public var hint: String? {
    if case .commaInTime = self { "'1.5' for a decimal comma; '1.0,5' or '1 5' for two columns" } else { nil }
  }

  /// Kind of the error, which decides the exit code.
  public var kind: ErrorKind {
    switch self {
    case .notATime, .commaInTime, .notText, .notAMask, .tooLarge: .badInput
    case .tooManyCodebooks: .usage
    case .cannotRead: .failure
    }
  }
}

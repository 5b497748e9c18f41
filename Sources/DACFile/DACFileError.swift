public import ExplainedErrors
import NumPy
public import Pickle

/// Reason why a `.dac` file cannot be read. `byteOffset` counts from the first byte of the file.
public enum DACFileError: Error, Equatable, Sendable {
  /// File that does not begin with the magic bytes of a `.npy` file.
  case notNumPy
  /// File longer than ``DACFileReader/largestByteCount``.
  case tooLong(allowedByteCount: Int)
  /// Version of NumPy's format other than 1.0, 2.0 and 3.0.
  case unsupportedVersion(major: UInt8, minor: UInt8)
  /// File that ends inside its header.
  case truncatedHeader(byteOffset: Int)
  /// Header whose text is longer than `NumPyHeader.largestByteCount`.
  case headerTooLong(byteCount: Int, allowed: Int)
  /// Header that is malformed, or that describes anything but one Python object.
  case invalidHeader(reason: String)
  /// Pickle that cannot be read.
  case pickle(PickleError)
  /// Bytes after the end of the pickle.
  case trailingBytes(count: Int, byteOffset: Int)
  /// Field that a dictionary of the file lacks; `byteOffset` is the offset of this dictionary.
  case missing(field: String, byteOffset: Int)
  /// Field with a type or value that the format does not allow.
  case invalid(field: String, found: String, allowed: String, byteOffset: Int)
}

extension DACFileError {
  init(_ error: NumPyError) {
    self =
      switch error {
      case .notNumPy: .notNumPy
      case .unsupportedVersion(let major, let minor): .unsupportedVersion(major: major, minor: minor)
      case .truncatedHeader(let offset): .truncatedHeader(byteOffset: offset)
      case .headerTooLong(let count, let allowed): .headerTooLong(byteCount: count, allowed: allowed)
      case .malformedHeader, .unsupportedType, .shapeOutOfRange, .dataLengthMismatch:
        .invalidHeader(reason: "\(error)")
      }
  }
}

extension DACFileError: CustomStringConvertible {
  /// Message in lower case, with the found and the allowed values and the byte offset where the error has them.
  public var description: String {
    switch self {
    case .notNumPy: "not a .dac file: no NumPy header"
    case .tooLong(let allowed): "not a .dac file: longer than \(allowed) bytes"
    case .unsupportedVersion(let major, let minor):
      "version \(major).\(minor) of NumPy's format is not supported, 1.0 to 3.0 are"
    case .truncatedHeader(let offset): "the file ends inside its header (byte \(offset))"
    case .headerTooLong(let count, let allowed): "a header of \(count) bytes, allowed are \(allowed)"
    case .invalidHeader(let reason): "not a .dac file: \(reason)"
    case .pickle(let error): "\(error)"
    case .trailingBytes(let count, let offset): "\(count) bytes too many after the pickle (byte \(offset))"
    case .missing(let field, let offset): "\(field) is missing (byte \(offset))"
    case .invalid(let field, let found, let allowed, let offset):
      "\(field) is \(found), allowed is \(allowed) (byte \(offset))"
    }
  }
}

/// Returns text of a file in a form for terminals: at most 60 characters, with `?` in place of control and non-ASCII
/// characters.
func printable(_ text: String) -> String {
  let scalars = text.unicodeScalars.prefix(60).map { $0.value >= 32 && $0.value < 127 ? $0 : "?" }
  return String(String.UnicodeScalarView(scalars))
}

extension DACFileError: ExplainedError {
  /// Kind of the error: always bad input.
  public var kind: ErrorKind { .badInput }
}

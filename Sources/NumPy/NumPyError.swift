public import ExplainedErrors

/// Reason why a `.npy` file cannot be read.
public enum NumPyError: Error, Equatable, Sendable {
  /// File that does not begin with ``NumPyHeader/magic``.
  case notNumPy
  /// Format version other than 1.0, 2.0 and 3.0.
  case unsupportedVersion(major: UInt8, minor: UInt8)
  /// File that ends inside its header; `byteOffset` is the length of the file in bytes.
  case truncatedHeader(byteOffset: Int)
  /// Header whose text is longer than ``NumPyHeader/largestByteCount``.
  case headerTooLong(byteCount: Int, allowed: Int)
  /// Header that is no Python dictionary with exactly the keys `descr`, `fortran_order` and `shape`, or whose value of
  /// `fortran_order` or `shape` has the wrong form.
  case malformedHeader(reason: String)
  /// Element type other than Booleans, integers of 8 to 64 bits and floats of 32 or 64 bits, or without a sign for the
  /// byte order (`<`, `>`, `=` or `|`).
  case unsupportedType(String)
  /// Shape with a negative size, with more than ``NumPyHeader/mostAxes`` axes (the value holds the first of them), or
  /// whose sizes, multiplied from the first on, exceed the number of bytes of the file.
  case shapeOutOfRange([Int])
  /// File with more or fewer data bytes than its shape and element type need.
  case dataLengthMismatch(found: Int, expected: Int)
}

extension NumPyError: CustomStringConvertible {
  /// Phrase in lower case with the found and the allowed values.
  public var description: String {
    switch self {
    case .notNumPy: "not a NumPy file (.npy)"
    case .unsupportedVersion(let major, let minor):
      "version \(major).\(minor) of NumPy's format is not supported, 1.0 to 3.0 are"
    case .truncatedHeader(let offset): "the file ends inside its header (byte \(offset))"
    case .headerTooLong(let count, let allowed): "a header of \(count) bytes, allowed are \(allowed)"
    case .malformedHeader(let reason): "NumPy's header is malformed: \(reason)"
    case .unsupportedType(let type):
      "element type '\(printable(type))' is not supported; Booleans, integers and floats of 32 or 64 bits are"
    case .shapeOutOfRange(let shape): "shape \(shape) is out of range"
    case .dataLengthMismatch(let found, let expected): "\(found) bytes of data, the shape needs \(expected)"
    }
  }
}

/// Text from the file for a terminal: at most 60 characters, with `?` in place of control and non-ASCII characters.
func printable(_ text: String) -> String {
  let scalars = text.unicodeScalars.prefix(60).map { $0.value >= 32 && $0.value < 127 ? $0 : "?" }
  return String(String.UnicodeScalarView(scalars))
}

extension NumPyError: ExplainedError {
  /// Kind of the error: always bad input.
  public var kind: ErrorKind { .badInput }
}

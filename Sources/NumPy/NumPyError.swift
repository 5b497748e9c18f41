/// Why bytes are no `.npy` file, or not one of those that are read.
public enum NumPyError: Error, Equatable, Sendable {
  /// The file does not begin as a `.npy` file does.
  case notNumPy
  case unsupportedVersion(major: UInt8, minor: UInt8)
  case truncatedHeader(byteOffset: Int)
  case headerTooLong(byteCount: Int, allowed: Int)
  /// The header is no dictionary of the three keys.
  case malformedHeader(reason: String)
  /// An element type that is not read.
  case unsupportedType(String)
  case shapeOutOfRange([Int])
  case dataLengthMismatch(found: Int, expected: Int)
}

extension NumPyError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notNumPy: "not a NumPy file (.npy)"
    case .unsupportedVersion(let major, let minor):
      "version \(major).\(minor) of NumPy's format, known are 1.0 to 3.0"
    case .truncatedHeader(let offset): "the file ends inside its header (byte \(offset))"
    case .headerTooLong(let count, let allowed): "a header of \(count) bytes, allowed are \(allowed)"
    case .malformedHeader(let reason): "NumPy's header is malformed: \(reason)"
    case .unsupportedType(let type):
      "it holds '\(printable(type))', not truth values, integers or 32- or 64-bit floats"
    case .shapeOutOfRange(let shape): "its shape \(shape) is out of range"
    case .dataLengthMismatch(let found, let expected): "\(found) bytes of data where its shape needs \(expected)"
    }
  }
}

/// A text from the file, cut and without anything that moves a terminal's cursor.
func printable(_ text: String) -> String {
  let scalars = text.unicodeScalars.prefix(60).map { $0.value >= 32 && $0.value < 127 ? $0 : "?" }
  return String(String.UnicodeScalarView(scalars))
}

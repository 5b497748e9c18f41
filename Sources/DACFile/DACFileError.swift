import NumPy
public import Pickle

/// Why a `.dac` file cannot be read. `byteOffset` counts from the file's first byte.
public enum DACFileError: Error, Equatable, Sendable {
  /// The file does not begin as a `.npy` file does.
  case notNumPy
  case tooLong(allowedByteCount: Int)
  case unsupportedVersion(major: UInt8, minor: UInt8)
  case truncatedHeader(byteOffset: Int)
  case headerTooLong(byteCount: Int, allowed: Int)
  /// The `.npy` header is no dictionary of the three keys, or says something else than one Python object.
  case invalidHeader(reason: String)
  case pickle(PickleError)
  case trailingBytes(count: Int, byteOffset: Int)
  case missing(field: String, byteOffset: Int)
  /// A field is of another type or value than the format allows.
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
  public var description: String {
    switch self {
    case .notNumPy: "not a .dac file: it does not begin as NumPy's files do"
    case .tooLong(let allowed): "not a .dac file: longer than \(allowed) bytes"
    case .unsupportedVersion(let major, let minor): "version \(major).\(minor) of NumPy's format, known are 1.0 to 3.0"
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

/// A text from the file, cut and without anything that moves a terminal's cursor.
func printable(_ text: String) -> String {
  let scalars = text.unicodeScalars.prefix(60).map { $0.value >= 32 && $0.value < 127 ? $0 : "?" }
  return String(String.UnicodeScalarView(scalars))
}

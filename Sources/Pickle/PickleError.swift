public import ExplainedErrors

/// Reason why a pickle cannot be read. `byteOffset` is the offset of the faulty opcode in the reader's input. For
/// ``truncated(byteOffset:)`` the offset lies between the last opcode and the end of the input.
public enum PickleError: Error, Equatable, Sendable {
  /// Input that ends inside the pickle.
  case truncated(byteOffset: Int)
  /// Pickle whose protocol has a version above 5.
  case unsupportedProtocol(Int, byteOffset: Int)
  /// Byte in place of an opcode; no pickle protocol from 0 to 5 defines an opcode with this value.
  case unknownOpcode(UInt8, byteOffset: Int)
  /// Opcode that the reader refuses, because arrays of NumPy and tensors of PyTorch under Python 3 do not need the
  /// opcode.
  case refusedOpcode(String, byteOffset: Int)
  /// Call or instantiation of a global that the caller has not allowed.
  case forbiddenGlobal(PickleGlobal, byteOffset: Int)
  /// Opcode that needs more operands than the stack has above the last mark (the beginning of unfinished items).
  case stackUnderflow(opcode: String, byteOffset: Int)
  /// Opcode that needs a mark on a stack without marks.
  case missingMark(opcode: String, byteOffset: Int)
  /// Reference to a memo entry, a value that the pickle has stored under a number, that does not exist.
  case missingMemo(index: Int, byteOffset: Int)
  /// Operands that the opcode cannot use, for example of the wrong type; `expected` describes the operands that the
  /// opcode needs.
  case wrongOperand(opcode: String, expected: String, byteOffset: Int)
  /// List or dictionary as a key of a dictionary.
  case unhashableKey(byteOffset: Int)
  /// Text, name or decimal number that is not UTF-8, or text of protocol 0 that has a backslash (an escape).
  case badText(byteOffset: Int)
  /// Decimal number that is malformed or out of range: an `int` beyond 64 bits, or the number of a memo entry that is
  /// negative or longer than 10 digits.
  case badNumber(byteOffset: Int)
  /// Pickle that ends with open marks or with a number of values other than 1.
  case unfinished(byteOffset: Int)
  /// More values, values on the stack, nested values or memo entries than ``PickleLimits`` allows; the text says which.
  case tooMany(String, allowed: Int, byteOffset: Int)
}

extension PickleError: CustomStringConvertible {
  /// Offset of the faulty opcode in the input; for ``truncated(byteOffset:)``, an offset between the last opcode and
  /// the end of the input.
  public var byteOffset: Int {
    switch self {
    case .truncated(let offset), .unsupportedProtocol(_, let offset), .unknownOpcode(_, let offset),
      .refusedOpcode(_, let offset), .forbiddenGlobal(_, let offset), .stackUnderflow(_, let offset),
      .missingMark(_, let offset), .missingMemo(_, let offset), .wrongOperand(_, _, let offset),
      .unhashableKey(let offset), .badText(let offset), .badNumber(let offset), .unfinished(let offset),
      .tooMany(_, _, let offset):
      offset
    }
  }

  /// Phrase with the found values and the byte offset.
  public var description: String { "\(reason) (byte \(byteOffset))" }

  private var reason: String {
    switch self {
    case .truncated: "the pickle is cut off"
    case .unsupportedProtocol(let version, _): "pickle protocol \(version) is not supported, 0 to 5 are"
    case .unknownOpcode(let byte, _): "\(byte) is no pickle opcode"
    case .refusedOpcode(let name, _): "the pickle opcode \(name) is not allowed"
    case .forbiddenGlobal(let global, _): "the pickle calls \(printable(global.description)), which is not allowed"
    case .stackUnderflow(let opcode, _): "the pickle opcode \(opcode) has too few operands"
    case .missingMark(let opcode, _): "the pickle opcode \(opcode) needs a mark"
    case .missingMemo(let index, _): "the pickle refers to memo entry \(index), which does not exist"
    case .wrongOperand(let opcode, let expected, _): "the pickle opcode \(opcode) needs \(expected)"
    case .unhashableKey: "a key of a pickled dictionary is a list or dictionary"
    case .badText: "a pickled text is not UTF-8"
    case .badNumber: "a pickled number is malformed"
    case .unfinished: "the pickle ends in the middle of a value"
    case .tooMany(let what, let allowed, _): "the pickle has more than \(allowed) \(what)"
    }
  }

  /// Name from the file for a terminal: at most 120 characters, with `?` in place of control and non-ASCII characters.
  private func printable(_ name: String) -> String {
    let scalars = name.unicodeScalars.prefix(120).map { $0.isASCII && $0.value >= 32 && $0.value < 127 ? $0 : "?" }
    return String(String.UnicodeScalarView(scalars))
  }
}

extension PickleError: ExplainedError {
  /// Kind of the error: always bad input.
  public var kind: ErrorKind { .badInput }
}

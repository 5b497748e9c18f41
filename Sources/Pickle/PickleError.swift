/// Why a pickle cannot be read. `byteOffset` counts from the first byte of the array given to the reader, and is that
/// of the opcode at fault.
public enum PickleError: Error, Equatable, Sendable {
  /// The input ends before the pickle does.
  case truncated(byteOffset: Int)
  case unsupportedProtocol(Int, byteOffset: Int)
  /// A byte that is no opcode.
  case unknownOpcode(UInt8, byteOffset: Int)
  /// An opcode that neither NumPy nor PyTorch writes.
  case refusedOpcode(String, byteOffset: Int)
  /// A global that is not in the caller's list was to be called or instantiated.
  case forbiddenGlobal(PickleGlobal, byteOffset: Int)
  /// An opcode takes more values than there are since the last mark.
  case stackUnderflow(opcode: String, byteOffset: Int)
  /// An opcode ends a sequence that no mark began.
  case missingMark(opcode: String, byteOffset: Int)
  case missingMemo(index: Int, byteOffset: Int)
  /// An opcode meets a value that it cannot be applied to.
  case wrongOperand(opcode: String, expected: String, byteOffset: Int)
  /// A dictionary's key that Python could not use as one.
  case unhashableKey(byteOffset: Int)
  /// A text is not UTF-8, or has escapes in protocol 0.
  case badText(byteOffset: Int)
  case badNumber(byteOffset: Int)
  /// The pickle ends with marks or with another number of values than 1.
  case unfinished(byteOffset: Int)
  case tooMany(String, allowed: Int, byteOffset: Int)
}

extension PickleError: CustomStringConvertible {
  /// Where in the input the fault lies.
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

  public var description: String { "\(reason) (byte \(byteOffset))" }

  private var reason: String {
    switch self {
    case .truncated: "the pickle is cut off"
    case .unsupportedProtocol(let version, _): "pickle protocol \(version), known are 0 to 5"
    case .unknownOpcode(let byte, _): "\(byte) is no pickle opcode"
    case .refusedOpcode(let name, _): "the pickle opcode \(name) is refused"
    case .forbiddenGlobal(let global, _): "the pickle wants to call \(printable(global.description)), which is refused"
    case .stackUnderflow(let opcode, _): "the pickle opcode \(opcode) has too few operands"
    case .missingMark(let opcode, _): "the pickle opcode \(opcode) has no mark to go back to"
    case .missingMemo(let index, _): "the pickle names its value number \(index), which it has not made"
    case .wrongOperand(let opcode, let expected, _): "the pickle opcode \(opcode) needs \(expected)"
    case .unhashableKey: "a key of a pickled dictionary is itself a container"
    case .badText: "a pickled text is not UTF-8"
    case .badNumber: "a pickled number is malformed"
    case .unfinished: "the pickle ends in the middle of a value"
    case .tooMany(let what, let allowed, _): "the pickle has more than \(allowed) \(what)"
    }
  }

  /// A name from the file, cut and without anything that moves a terminal's cursor.
  private func printable(_ name: String) -> String {
    let scalars = name.unicodeScalars.prefix(120).map { $0.isASCII && $0.value >= 32 && $0.value < 127 ? $0 : "?" }
    return String(String.UnicodeScalarView(scalars))
  }
}

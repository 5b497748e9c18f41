/// The header of a `.npy` file (NumPy, `numpy/lib/format.py`), as far as `.dac` files use it: one Python object.
struct NumPyHeader {
  /// Offset of the first byte after the header.
  let endOffset: Int

  /// - Throws: `DACFileError` for anything but one Python object.
  init(_ bytes: [UInt8]) throws {
    guard bytes.starts(with: DACFileFormat.magic) else { throw DACFileError.notNumPy }
    guard bytes.count >= 8 else { throw DACFileError.truncatedHeader(byteOffset: bytes.count) }
    guard (1...3).contains(bytes[6]), bytes[7] == 0 else {
      throw DACFileError.unsupportedVersion(major: bytes[6], minor: bytes[7])
    }
    let textOffset = 8 + (bytes[6] == 1 ? 2 : 4)
    guard bytes.count >= textOffset else { throw DACFileError.truncatedHeader(byteOffset: bytes.count) }
    let byteCount = bytes[8..<textOffset].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard byteCount <= DACFileFormat.largestHeaderByteCount else {
      throw DACFileError.headerTooLong(byteCount: byteCount, allowed: DACFileFormat.largestHeaderByteCount)
    }
    guard byteCount <= bytes.count - textOffset else { throw DACFileError.truncatedHeader(byteOffset: bytes.count) }
    endOffset = textOffset + byteCount
    try Self.check(bytes[textOffset..<endOffset])
  }

  /// The header of a file with one Python object, filled up so that 64 divides its length.
  static let bytesOfObject: [UInt8] = {
    let text = Array("{'descr': '|O', 'fortran_order': False, 'shape': (), }".utf8)
    let length = (10 + text.count + 1 + 63) / 64 * 64 - 10
    return DACFileFormat.magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + text
      + [UInt8](repeating: UInt8(ascii: " "), count: length - text.count - 1) + [UInt8(ascii: "\n")]
  }()

  private static func check(_ text: ArraySlice<UInt8>) throws {
    var entries: [String: String] = [:]
    var scanner = PythonLiteralScanner(text)
    do throws(PythonLiteralFault) {
      try scanner.expect("{")
      while !scanner.take("}") {
        let key = try scanner.quoted()
        try scanner.expect(":")
        guard entries.updateValue(try scanner.value(), forKey: key) == nil else {
          throw PythonLiteralFault(reason: "\(printable(key)) comes twice")
        }
        if !scanner.take(",") {
          try scanner.expect("}")
          break
        }
      }
      try scanner.expectEnd()
    } catch {
      throw DACFileError.invalidHeader(reason: "NumPy's header is malformed: \(error.reason)")
    }
    guard Set(entries.keys) == ["descr", "fortran_order", "shape"] else {
      throw DACFileError.invalidHeader(reason: "NumPy's header has other keys than descr, fortran_order and shape")
    }
    guard entries["descr"] == "|O" else {
      throw DACFileError.invalidHeader(
        reason: "an array of \(printable(entries["descr"] ?? "")), not of Python objects")
    }
    guard entries["shape"] == "()" else {
      throw DACFileError.invalidHeader(reason: "an array of shape \(printable(entries["shape"] ?? "")), not one object")
    }
    guard ["True", "False"].contains(entries["fortran_order"]) else {
      throw DACFileError.invalidHeader(reason: "fortran_order is neither True nor False")
    }
  }
}

struct PythonLiteralFault: Error {
  let reason: String
}

/// Reads the few Python literals of a `.npy` header.
private struct PythonLiteralScanner {
  private let text: ArraySlice<UInt8>
  private var position: Int

  init(_ text: ArraySlice<UInt8>) {
    self.text = text
    position = text.startIndex
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpaces()
    guard position < text.endIndex, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws(PythonLiteralFault) {
    guard take(character) else { throw PythonLiteralFault(reason: "no \(character) where one is due") }
  }

  mutating func expectEnd() throws(PythonLiteralFault) {
    skipSpaces()
    guard position == text.endIndex else { throw PythonLiteralFault(reason: "text after its end") }
  }

  /// A text between quotation marks, without escapes.
  mutating func quoted() throws(PythonLiteralFault) -> String {
    skipSpaces()
    guard position < text.endIndex, [UInt8(ascii: "'"), UInt8(ascii: "\"")].contains(text[position]),
      let end = text[(position + 1)...].firstIndex(of: text[position])
    else { throw PythonLiteralFault(reason: "no text where one is due") }
    defer { position = end + 1 }
    return String(decoding: text[position + 1..<end], as: UTF8.self)
  }

  /// A text without its quotation marks, or a word or a tuple as it stands, without spaces.
  mutating func value() throws(PythonLiteralFault) -> String {
    skipSpaces()
    guard position < text.endIndex else { throw PythonLiteralFault(reason: "no value where one is due") }
    let start = position
    switch text[position] {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return try quoted()
    case UInt8(ascii: "("):
      guard let end = text[position...].firstIndex(of: UInt8(ascii: ")")) else {
        throw PythonLiteralFault(reason: "a tuple without an end")
      }
      position = end + 1
    default:
      let end = text[position...].firstIndex { [UInt8(ascii: ","), UInt8(ascii: "}")].contains($0) }
      position = end ?? text.endIndex
    }
    return String(decoding: text[start..<position].filter { $0 != UInt8(ascii: " ") }, as: UTF8.self)
  }

  private mutating func skipSpaces() {
    while position < text.endIndex, [UInt8(ascii: " "), UInt8(ascii: "\n")].contains(text[position]) { position += 1 }
  }
}

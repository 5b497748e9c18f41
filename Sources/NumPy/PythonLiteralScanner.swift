/// Reason why a text is not the expected Python literal.
struct PythonLiteralFault: Error {
  let reason: String
}

/// Scanner of the Python literals in a `.npy` header: texts, words and tuples.
struct PythonLiteralScanner {
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
    guard take(character) else { throw PythonLiteralFault(reason: "a missing \(character)") }
  }

  mutating func expectEnd() throws(PythonLiteralFault) {
    skipSpaces()
    guard position == text.endIndex else { throw PythonLiteralFault(reason: "text after the end") }
  }

  /// Reads a text between quotation marks; a backslash has no special meaning.
  mutating func quoted() throws(PythonLiteralFault) -> String {
    skipSpaces()
    guard position < text.endIndex, [UInt8(ascii: "'"), UInt8(ascii: "\"")].contains(text[position]),
      let end = text[(position + 1)...].firstIndex(of: text[position])
    else { throw PythonLiteralFault(reason: "a missing text") }
    defer { position = end + 1 }
    return String(decoding: text[position + 1..<end], as: UTF8.self)
  }

  /// Reads a text in quotation marks, a tuple in parentheses or a word, which ends before a comma or brace. Quotation
  /// marks of a text and spaces in a word or tuple are removed.
  mutating func value() throws(PythonLiteralFault) -> String {
    skipSpaces()
    guard position < text.endIndex else { throw PythonLiteralFault(reason: "a missing value") }
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

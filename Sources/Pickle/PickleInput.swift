/// Reader of opcode arguments that checks every read against the end of the input.
struct PickleInput {
  let bytes: [UInt8]
  var position: Int

  mutating func byte() throws -> UInt8 {
    guard position < bytes.count else { throw PickleError.truncated(byteOffset: position) }
    defer { position += 1 }
    return bytes[position]
  }

  /// Reads an unsigned little-endian integer of 1, 2, 4 or 8 bytes; a value above `Int.max` becomes `Int.max`.
  ///
  /// - Throws: ``PickleError/truncated(byteOffset:)``.
  mutating func unsigned(byteCount: Int) throws -> Int {
    let range = try take(byteCount)
    return Int(clamping: bytes[range].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
  }

  mutating func take(_ count: Int) throws -> Range<Int> {
    guard count <= bytes.count - position else { throw PickleError.truncated(byteOffset: position) }
    defer { position += count }
    return position..<position + count
  }

  /// Reads a line and returns its range without the line feed.
  ///
  /// - Throws: ``PickleError/truncated(byteOffset:)`` if no line feed follows.
  mutating func line() throws -> Range<Int> {
    guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else {
      throw PickleError.truncated(byteOffset: bytes.count)
    }
    defer { position = end + 1 }
    return position..<end
  }

  /// Checks that the text of `range` is UTF-8, without a copy of the text.
  ///
  /// - Throws: ``PickleError/badText(byteOffset:)`` if the bytes are not UTF-8.
  func requireText(_ range: Range<Int>, byteOffset: Int) throws {
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes[range].makeIterator()
    while true {
      switch parser.parseScalar(from: &iterator) {
      case .valid: continue
      case .emptyInput: return
      case .error: throw PickleError.badText(byteOffset: byteOffset)
      }
    }
  }

  /// Decodes the UTF-8 text of `range`.
  ///
  /// - Throws: ``PickleError/badText(byteOffset:)`` with the given offset if the bytes are not UTF-8.
  func text(_ range: Range<Int>, byteOffset: Int) throws -> String {
    guard let text = String(validating: bytes[range], as: UTF8.self) else {
      throw PickleError.badText(byteOffset: byteOffset)
    }
    return text
  }
}

/// Reader of the fields of one record's body, which checks every field. Arguments `field` name the field in errors.
package struct ByteReader {
  private let bytes: [UInt8]
  /// Byte offset of `bytes[0]` in the input.
  private let baseOffset: Int
  /// Number of bytes read so far.
  package private(set) var position = 0

  package init(_ bytes: [UInt8], baseOffset: Int) {
    self.bytes = bytes
    self.baseOffset = baseOffset
  }

  package var remainingCount: Int { bytes.count - position }
  /// Byte offset of the next byte in the input.
  package var byteOffset: Int { baseOffset + position }

  /// Reads one byte.
  ///
  /// - Throws: `BitstreamError.fieldBeyondRecord` if no byte is left.
  package mutating func byte(_ field: String) throws -> UInt8 {
    guard remainingCount >= 1 else { throw BitstreamError.fieldBeyondRecord(field: field, byteOffset: byteOffset) }
    defer { position += 1 }
    return bytes[position]
  }

  /// Reads `count` bytes.
  ///
  /// - Throws: `BitstreamError.fieldBeyondRecord` if fewer bytes are left.
  package mutating func take(_ count: Int, _ field: String) throws -> [UInt8] {
    guard count <= remainingCount else {
      throw BitstreamError.fieldBeyondRecord(field: field, byteOffset: byteOffset)
    }
    defer { position += count }
    return [UInt8](bytes[position..<position + count])
  }

  /// Reads an unsigned big-endian integer of 1 to 4 bytes.
  ///
  /// - Throws: `BitstreamError.fieldBeyondRecord`, `.outOfRange`.
  package mutating func fixed(_ byteCount: Int, _ field: String, in allowed: ClosedRange<Int>? = nil) throws -> Int {
    let offset = byteOffset
    let value = try take(byteCount, field).reduce(0) { $0 << 8 | Int($1) }
    return try checked(value, field, allowed, offset)
  }

  /// Reads a varint: unsigned LEB128 of at most 8 bytes in its shortest form.
  ///
  /// - Throws: `BitstreamError.fieldBeyondRecord`, `.badVarint`, `.outOfRange`.
  package mutating func varint(_ field: String, in allowed: ClosedRange<Int>) throws -> Int {
    let offset = byteOffset
    return try checked(rawVarint(field), field, allowed, offset)
  }

  /// Reads a signed varint: 0, −1, 1, −2, 2, … for the varints 0, 1, 2, 3, 4, … .
  ///
  /// - Throws: `BitstreamError.fieldBeyondRecord`, `.badVarint`, `.outOfRange`.
  package mutating func signedVarint(_ field: String, in allowed: ClosedRange<Int>) throws -> Int {
    let offset = byteOffset
    let value = try rawVarint(field)
    return try checked(value >> 1 ^ -(value & 1), field, allowed, offset)
  }

  /// Checks that no byte is left.
  ///
  /// - Throws: `BitstreamError.trailingBytes`.
  package func rejectTrailingBytes() throws {
    guard remainingCount == 0 else {
      throw BitstreamError.trailingBytes(count: remainingCount, byteOffset: byteOffset)
    }
  }

  private mutating func rawVarint(_ field: String) throws -> Int {
    let offset = byteOffset
    var value = 0
    for index in 0..<8 {
      guard remainingCount > 0 else { throw BitstreamError.fieldBeyondRecord(field: field, byteOffset: offset) }
      let byte = try byte(field)
      value |= Int(byte & 0x7F) << (7 * index)
      if byte < 0x80 {
        guard byte != 0 || index == 0 else { break }
        return value
      }
    }
    throw BitstreamError.badVarint(field: field, byteOffset: offset)
  }

  private func checked(_ value: Int, _ field: String, _ allowed: ClosedRange<Int>?, _ offset: Int) throws -> Int {
    if let allowed, !allowed.contains(value) {
      throw BitstreamError.outOfRange(field: field, value: value, allowed: allowed, byteOffset: offset)
    }
    return value
  }
}

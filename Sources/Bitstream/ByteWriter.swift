/// Writer of the fields of a record; the counterpart of `ByteReader`.
package struct ByteWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func byte(_ value: Int) { bytes.append(UInt8(value)) }

  package mutating func append(_ more: [UInt8]) { bytes += more }

  /// Appends the low `byteCount` bytes of `value`, most significant byte first.
  package mutating func fixed(_ value: Int, byteCount: Int) {
    for index in (0..<byteCount).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
  }

  /// Appends `value` as unsigned LEB128 in its shortest form.
  ///
  /// - Precondition: `value` is in `0..<1 << 56`.
  package mutating func varint(_ value: Int) {
    precondition((0..<1 << 56).contains(value), "value does not fit a varint")
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Appends `value` as a varint: as 2 · `value` if `value` is at least 0, otherwise as −2 · `value` − 1.
  ///
  /// - Precondition: `value` is in `-(1 << 55)..<1 << 55`.
  package mutating func signedVarint(_ value: Int) { varint(value << 1 ^ value >> (Int.bitWidth - 1)) }
}

/// Checks that a field's value lies in the range that the format can store.
///
/// - Throws: `BitstreamError.unencodable` if `allowed` does not contain `value`.
package func requireEncodable(_ field: String, _ value: Int, _ allowed: ClosedRange<Int>) throws {
  guard allowed.contains(value) else {
    throw BitstreamError.unencodable(field: field, value: value, allowed: allowed)
  }
}

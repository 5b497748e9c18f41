/// Writes the fields of a record; the counterpart of `ByteReader`.
package struct ByteWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func byte(_ value: Int) { bytes.append(UInt8(value)) }

  package mutating func append(_ more: [UInt8]) { bytes += more }

  /// A big-endian integer of `byteCount` bytes.
  package mutating func fixed(_ value: Int, byteCount: Int) {
    for index in (0..<byteCount).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
  }

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

  package mutating func signedVarint(_ value: Int) { varint(value << 1 ^ value >> (Int.bitWidth - 1)) }
}

/// Throws `BitstreamError.unencodable` unless `value` is allowed.
package func requireEncodable(_ field: String, _ value: Int, _ allowed: ClosedRange<Int>) throws {
  guard allowed.contains(value) else {
    throw BitstreamError.unencodable(field: field, value: value, allowed: allowed)
  }
}

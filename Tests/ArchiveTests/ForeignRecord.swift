/// Ancillary records made byte by byte.
enum ForeignRecord {
  /// Returns a record with a correct length and checksum.
  static func bytes(type: UInt8, _ data: [UInt8]) -> [UInt8] {
    var length = data.count + 1
    var bytes: [UInt8] = [0xF5, 0x56, 0x43, 0x10]
    while length >= 128 {
      bytes.append(UInt8(length & 127 | 128))
      length >>= 7
    }
    bytes += [UInt8(length), type] + data
    return bytes + checksum(bytes)
  }

  /// Returns a root without runs and entries that is valid at a byte offset.
  static func rootWithoutEntries(at byteOffset: Int) -> [UInt8] { bytes(type: 8, varint(byteOffset) + [0, 0, 0]) }

  /// Returns a number that is not negative as a varint.
  static func varint(_ value: Int) -> [UInt8] {
    value < 128 ? [UInt8(value)] : [UInt8(value & 127 | 128)] + varint(value >> 7)
  }

  /// Returns the CRC-32 computed bit by bit, most significant byte first.
  static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    var checksum: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      checksum ^= UInt32(byte)
      for _ in 0..<8 { checksum = checksum & 1 == 1 ? checksum >> 1 ^ 0xEDB8_8320 : checksum >> 1 }
    }
    checksum ^= 0xFFFF_FFFF
    return (0..<4).reversed().map { UInt8(truncatingIfNeeded: checksum >> (8 * UInt32($0))) }
  }
}

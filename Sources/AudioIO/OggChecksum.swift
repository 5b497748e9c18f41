/// CRC-32 of Ogg pages: polynomial 0x04C11DB7, not reflected, initial value and final XOR 0 (RFC 3533, section 6).
enum OggChecksum {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index) << 24) { value, _ in value & 0x8000_0000 != 0 ? value << 1 ^ 0x04C1_1DB7 : value << 1 }
  }

  /// Returns whether the checksum of a whole page is correct.
  static func isCorrect(_ page: ArraySlice<UInt8>) -> Bool {
    let start = page.startIndex
    let field = start + 22..<start + 26
    let stated = HeaderFields(bytes: Array(page[field]), isBigEndian: false).unsigned(at: 0, byteCount: 4)
    let table = table
    var value: UInt32 = 0
    for index in page.indices {
      let byte = field.contains(index) ? 0 : page[index]
      value = value << 8 ^ table[Int(UInt8(value >> 24) ^ byte)]
    }
    return value == UInt32(stated)
  }
}

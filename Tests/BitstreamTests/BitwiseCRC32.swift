/// Returns the CRC-32 computed bit by bit from its definition, as a check of zlib's.
func bitwiseCRC32(_ bytes: [UInt8]) -> UInt32 {
  var register: UInt32 = 0xFFFF_FFFF
  for byte in bytes {
    register ^= UInt32(byte)
    for _ in 0..<8 { register = register & 1 == 0 ? register >> 1 : register >> 1 ^ 0xEDB8_8320 }
  }
  return ~register
}

/// Returns the four bytes of `value`, most significant first.
func bigEndian(_ value: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }

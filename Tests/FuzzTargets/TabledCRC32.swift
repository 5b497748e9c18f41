/// Returns the CRC-32 of zlib, PNG and zip (RFC 1952, section 8), computed with a table instead of the zlib that
/// readers use.
func tabledCRC32(_ bytes: some Sequence<UInt8>) -> UInt32 {
  ~bytes.reduce(~0) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
}

private let table: [UInt32] = (0..<256).map { index in
  (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
}

/// Packer of integers into bytes: each integer has a given number of bits, most significant bit first, without gaps.
struct BitPacker {
  private(set) var bytes: [UInt8] = []
  private var pending: UInt32 = 0
  private var pendingCount = 0

  mutating func append(_ value: UInt16, bitCount: Int) {
    pending = pending << UInt32(bitCount) | UInt32(value)
    pendingCount += bitCount
    while pendingCount >= 8 {
      pendingCount -= 8
      bytes.append(UInt8(truncatingIfNeeded: pending >> UInt32(pendingCount)))
    }
  }

  /// Fills up the last byte with zero bits.
  mutating func finish() {
    if pendingCount > 0 { append(0, bitCount: 8 - pendingCount) }
  }
}

/// Unpacker of the integers that `BitPacker` has packed.
struct BitUnpacker {
  private let bytes: [UInt8]
  private var nextByte: Int
  private var pending: UInt32 = 0
  private var pendingCount = 0

  init(_ bytes: [UInt8], from start: Int = 0) {
    self.bytes = bytes
    nextByte = start
  }

  /// Returns the next integer.
  ///
  /// - Precondition: the bytes hold `bitCount` more bits; `bitCount` is at most 16.
  mutating func next(bitCount: Int) -> UInt16 {
    while pendingCount < bitCount {
      pending = pending << 8 | UInt32(bytes[nextByte])
      nextByte += 1
      pendingCount += 8
    }
    pendingCount -= bitCount
    return UInt16(truncatingIfNeeded: pending >> UInt32(pendingCount) & (1 << UInt32(bitCount) - 1))
  }

  /// Whether the unread bits of the last byte read are 0.
  var paddingIsZero: Bool { pending & (1 << UInt32(pendingCount) - 1) == 0 }
}

/// Returns the number of bytes that `count` integers of `bitCount` bits take without gaps.
func packedByteCount(_ count: Int, bitCount: Int) -> Int { (count * bitCount + 7) / 8 }

/// Element type whose elements can be converted to 32-bit floats on reading.
enum WidenableFormat {
  case f32, f16, bf16

  init?(_ elementType: TensorElementType) {
    switch elementType {
    case .f32: self = .f32
    case .f16: self = .f16
    case .bf16: self = .bf16
    default: return nil
    }
  }

  var byteCount: Int { self == .f32 ? 4 : 2 }
}

/// Converts little-endian elements at any alignment to 32-bit floats, infinities and NaN included.
func widened(_ bytes: UnsafeRawBufferPointer, from format: WidenableFormat) -> [Float] {
  let count = bytes.count / format.byteCount
  return [Float](unsafeUninitializedCapacity: count) { target, initializedCount in
    switch format {
    case .f32:
      for index in 0..<count {
        let bits = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
        target.initializeElement(at: index, to: Float(bitPattern: bits))
      }
    case .bf16:
      for index in 0..<count {
        let bits = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
        target.initializeElement(at: index, to: Float(bitPattern: UInt32(bits) << 16))
      }
    case .f16:
      for index in 0..<count {
        let bits = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
        target.initializeElement(at: index, to: widenedHalf(bits))
      }
    }
    initializedCount = count
  }
}

/// Converts IEEE 754 half precision to single precision without branches, so that loops vectorise.
///
/// `Float16` calls a library function for each element on x86-64 without F16C.
@inline(__always)
package func widenedHalf(_ bits: UInt16) -> Float {
  /// Factor 2^(127 − 15), which converts the exponent bias, also for subnormal numbers.
  let rebias = Float(bitPattern: 0x7780_0000)
  let magnitude = UInt32(bits & 0x7fff) << 13
  let special: UInt32 = bits & 0x7c00 == 0x7c00 ? 0x7f80_0000 : 0
  let sign = UInt32(bits & 0x8000) << 16
  return Float(bitPattern: (Float(bitPattern: magnitude) * rebias).bitPattern | special | sign)
}

/// Index of the first infinite or NaN element; `nil` if all elements are finite. Elements are little-endian at any
/// alignment.
func firstNonFinite(_ bytes: UnsafeRawBufferPointer, _ format: WidenableFormat) -> Int? {
  /// Whether an element in `range` is infinite or NaN: adding `lowestExponentBit` carries into the sign bit exactly for
  /// an exponent of all ones.
  func hasCarry<Bits: FixedWidthInteger & UnsignedInteger>(
    _ range: Range<Int>, magnitude: Bits, lowestExponentBit: Bits
  ) -> Bool {
    var carries: Bits = 0
    for index in range {
      let bits = Bits(
        littleEndian: bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self))
      carries |= (bits & magnitude) &+ lowestExponentBit
    }
    return carries & ~magnitude != 0
  }
  func isNonFinite(_ range: Range<Int>) -> Bool {
    switch format {
    case .f32: hasCarry(range, magnitude: 0x7fff_ffff as UInt32, lowestExponentBit: 0x0080_0000)
    case .f16: hasCarry(range, magnitude: 0x7fff as UInt16, lowestExponentBit: 0x0400)
    case .bf16: hasCarry(range, magnitude: 0x7fff as UInt16, lowestExponentBit: 0x0080)
    }
  }
  let count = bytes.count / format.byteCount
  guard isNonFinite(0..<count) else { return nil }
  return (0..<count).first { isNonFinite($0..<$0 + 1) }
}

/// Whether all values are finite.
func isFinite(_ values: [Float]) -> Bool {
  // The addition carries into the sign bit exactly for an exponent of all ones.
  var carries: UInt32 = 0
  for value in values {
    carries |= (value.bitPattern & 0x7fff_ffff) &+ 0x0080_0000
  }
  return carries & 0x8000_0000 == 0
}

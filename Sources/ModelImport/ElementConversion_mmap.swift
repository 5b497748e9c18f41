import ModelStore

/// Converts elements of any type to 32-bit floats, rounded to nearest where a float cannot hold the value.
///
/// - Parameters:
///   - bytes: Bytes of the storage, at any alignment.
///   - type: Type of the elements.
///   - isBigEndian: Whether elements are stored with the highest byte first.
///   - first: Index of the first converted element in the storage, counted from 0.
///   - step: Distance from one converted element to the next, in elements.
///   - count: Number of elements to convert.
///   - values: Array to which the floats are appended.
/// - Precondition: all elements are inside `bytes`.
func appendElements(
  of bytes: UnsafeRawBufferPointer, type: TensorElementType, isBigEndian: Bool, first: Int, step: Int, count: Int,
  to values: inout [Float]
) {
  precondition(
    count == 0 || first >= 0 && (first + (count - 1) * step + 1) * type.byteCount <= bytes.count,
    "elements outside their storage")
  @inline(__always)
  func append<Bits: FixedWidthInteger>(_ convert: (Bits) -> Float) {
    for index in 0..<count {
      let offset = (first + index * step) * MemoryLayout<Bits>.size
      let bits = bytes.loadUnaligned(fromByteOffset: offset, as: Bits.self)
      values.append(convert(isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits)))
    }
  }
  switch type {
  case .f64: append { Float(Double(bitPattern: $0)) }
  case .f32: append { Float(bitPattern: $0) }
  case .f16: append { widenedHalf($0) }
  case .bf16: append { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
  case .f8e4m3: append { widenedE4M3($0) }
  // E5M2 is the upper half of a half-precision number.
  case .f8e5m2: append { (bits: UInt8) in widenedHalf(UInt16(bits) << 8) }
  case .i64: append { (bits: Int64) in Float(bits) }
  case .i32: append { (bits: Int32) in Float(bits) }
  case .i16: append { (bits: Int16) in Float(bits) }
  case .i8: append { (bits: Int8) in Float(bits) }
  case .u64: append { (bits: UInt64) in Float(bits) }
  case .u32: append { (bits: UInt32) in Float(bits) }
  case .u16: append { (bits: UInt16) in Float(bits) }
  case .u8: append { (bits: UInt8) in Float(bits) }
  case .bool: append { (bits: UInt8) in bits == 0 ? 0 : 1 }
  }
}

/// Converts an E4M3 float, which has bias 7, no infinities and all ones as NaN (arXiv 2209.05433, table 1).
package func widenedE4M3(_ bits: UInt8) -> Float {
  let sign: Float = bits & 0x80 == 0 ? 1 : -1
  let (exponent, mantissa) = (Int(bits >> 3 & 15), Float(bits & 7))
  if exponent == 15, mantissa == 7 { return .nan }
  if exponent == 0 { return sign * mantissa * 0x1p-9 }
  return sign * (1 + mantissa / 8) * Float(sign: .plus, exponent: exponent - 7, significand: 1)
}

/// Encodes floats as little-endian elements of type `storage`, rounded to nearest, ties to even.
///
/// - Returns: The bytes, and the index of the first value that is not finite or too large for the type, or nil if there
///   is no such value. Bytes from this value on are meaningless.
func encoded(_ values: [Float], as storage: WeightStorage) -> (bytes: [UInt8], misfit: Int?) {
  var misfit: Int?
  let byteCount = values.count * storage.elementType.byteCount
  let bytes = [UInt8](unsafeUninitializedCapacity: byteCount) { target, initializedCount in
    let target = UnsafeMutableRawBufferPointer(target)
    target.initializeMemory(as: UInt8.self, repeating: 0)
    initializedCount = byteCount
    @inline(__always)
    func store<Bits: FixedWidthInteger>(_ convert: (Float) -> Bits?) {
      for (index, value) in values.enumerated() {
        guard let bits = convert(value) else {
          misfit = index
          return
        }
        target.storeBytes(of: bits.littleEndian, toByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
      }
    }
    switch storage {
    case .f32: store { $0.isFinite ? $0.bitPattern : nil }
    case .f16: store(narrowedHalf)
    case .bf16: store(narrowedBFloat16)
    }
  }
  return (bytes, misfit)
}

/// Bits of the nearest bfloat16, ties to even; `nil` for infinities, NaN and values that would round to infinity.
package func narrowedBFloat16(_ value: Float) -> UInt16? {
  guard value.isFinite else { return nil }
  // Adds half of the last kept place, or one bit less if the last kept bit is 0. A carry moves into the exponent.
  let bits = value.bitPattern
  let rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16
  return rounded & 0x7f80 == 0x7f80 ? nil : UInt16(rounded)
}

/// Bits of the nearest half-precision number, ties to even; `nil` for infinities, NaN and values that would round to
/// infinity.
package func narrowedHalf(_ value: Float) -> UInt16? {
  let sign = UInt16(value.bitPattern >> 16 & 0x8000)
  let magnitude = value.magnitude
  // 65 520 is halfway between the greatest half-precision number and the next power of two.
  guard magnitude < 65_520 else { return nil }
  // Half-precision numbers below 2^-14 are 2^-24 apart; others are 2^-10 times the power of two below them apart.
  let exponent = max(-14, magnitude == 0 ? -14 : Int(magnitude.exponent))
  let step = Float(sign: .plus, exponent: exponent - 10, significand: 1)
  let count = UInt32((magnitude / step).rounded(.toNearestOrEven))
  // A count of 2^11 carries into the exponent.
  return sign | UInt16(UInt32(exponent + 14) << 10 + count)
}

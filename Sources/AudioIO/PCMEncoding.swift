/// Encoding of a PCM sample in bytes.
public enum PCMEncoding: String, CaseIterable, Equatable, Sendable {
  case u8, s8
  case s16le, s16be, s24le, s24be, s32le, s32be
  case f32le, f32be, f64le, f64be
  case alaw, mulaw
  /// Little-endian integers of 24 bits in the low three of four bytes (ALSA's `S24_LE`); the high byte is ignored.
  case s24in32le

  /// Number of bytes of one sample.
  public var byteCount: Int {
    switch self {
    case .u8, .s8, .alaw, .mulaw: 1
    case .s16le, .s16be: 2
    case .s24le, .s24be: 3
    case .s32le, .s32be, .f32le, .f32be, .s24in32le: 4
    case .f64le, .f64be: 8
    }
  }

  var isBigEndian: Bool {
    switch self {
    case .s16be, .s24be, .s32be, .f32be, .f64be: true
    default: false
    }
  }

  /// Decodes interleaved samples to one array for each channel; full scale is −1...1.
  ///
  /// - Parameters:
  ///   - bytes: Whole samples of all channels.
  ///   - channelCount: Number of channels.
  ///   - ignoredHighBitCount: Number of high bits of each 16-, 24- or 32-bit value that are not part of the sample.
  func planar(_ bytes: [UInt8], channelCount: Int, ignoredHighBitCount: Int = 0) -> [[Float]] {
    let shift = UInt64(ignoredHighBitCount)
    let stride = channelCount * byteCount
    precondition(bytes.count % stride == 0, "bytes hold a partial sample frame")
    let count = bytes.count / stride
    return (0..<channelCount).map { channel in
      let start = channel * byteCount
      func decode(_ sample: (Int) -> Float) -> [Float] {
        var samples = [Float](repeating: 0, count: count)
        for index in 0..<count { samples[index] = sample(start + index * stride) }
        return samples
      }
      switch self {
      case .u8: return decode { Float(Int(bytes[$0]) - 128) / 128 }
      case .s8: return decode { Float(Int8(bitPattern: bytes[$0])) / 128 }
      case .s16le: return decode { Float(Int16(truncatingIfNeeded: Self.little(bytes, $0, 2) << shift)) / 32_768 }
      case .s16be: return decode { Float(Int16(truncatingIfNeeded: Self.big(bytes, $0, 2) << shift)) / 32_768 }
      case .s24le:
        return decode { Float(Int32(truncatingIfNeeded: Self.little(bytes, $0, 3) << (8 + shift))) / 0x1p31 }
      case .s24be:
        return decode { Float(Int32(truncatingIfNeeded: Self.big(bytes, $0, 3) << (8 + shift))) / 0x1p31 }
      case .s24in32le: return decode { Float(Int32(truncatingIfNeeded: Self.little(bytes, $0, 3) << 8)) / 0x1p31 }
      case .s32le: return decode { Float(Int32(truncatingIfNeeded: Self.little(bytes, $0, 4) << shift)) / 0x1p31 }
      case .s32be: return decode { Float(Int32(truncatingIfNeeded: Self.big(bytes, $0, 4) << shift)) / 0x1p31 }
      case .f32le: return decode { Float(bitPattern: UInt32(truncatingIfNeeded: Self.little(bytes, $0, 4))) }
      case .f32be: return decode { Float(bitPattern: UInt32(truncatingIfNeeded: Self.big(bytes, $0, 4))) }
      case .f64le: return decode { Float(Double(bitPattern: Self.little(bytes, $0, 8))) }
      case .f64be: return decode { Float(Double(bitPattern: Self.big(bytes, $0, 8))) }
      case .alaw: return decode { Self.alawSample(bytes[$0]) }
      case .mulaw: return decode { Self.mulawSample(bytes[$0]) }
      }
    }
  }

  @inline(__always)
  private static func little(_ bytes: [UInt8], _ start: Int, _ count: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(bytes[start + index]) << UInt64(8 * index) }
    return value
  }

  @inline(__always)
  private static func big(_ bytes: [UInt8], _ start: Int, _ count: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<count { value = value << 8 | UInt64(bytes[start + index]) }
    return value
  }

  /// Decodes a byte of A-law (ITU-T G.711): 13 bits, scaled to 16.
  private static func alawSample(_ byte: UInt8) -> Float {
    let code = Int(byte ^ 0x55)
    let exponent = (code >> 4) & 7
    let mantissa = (code & 0xF) << 4 + 8
    let magnitude = exponent == 0 ? mantissa : (mantissa + 0x100) << (exponent - 1)
    return Float(code & 0x80 != 0 ? magnitude : -magnitude) / 32_768
  }

  /// Decodes a byte of µ-law (ITU-T G.711): 14 bits, scaled to 16.
  private static func mulawSample(_ byte: UInt8) -> Float {
    let code = Int(~byte)
    let exponent = (code >> 4) & 7
    let magnitude = (((code & 0xF) << 3) + 0x84) << exponent - 0x84
    return Float(code & 0x80 != 0 ? -magnitude : magnitude) / 32_768
  }
}

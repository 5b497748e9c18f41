import Pickle
import Tokens

/// Array `codes` of a `.dac` file: integers `[channel, codebook, frame]`.
struct CodeArray {
  private let array: NumPyPickledArray
  private let elementByteCount: Int
  private let byteOffset: Int

  private static let field = "codes"
  /// Number of bytes of each supported integer type, by NumPy's name. All types are read as unsigned, so a negative
  /// code is out of range.
  private static let byteCounts = ["u2": 2, "i2": 2, "u4": 4, "i4": 4, "u8": 8, "i8": 8]

  /// Reads the array from a pickled value.
  ///
  /// - Throws: ``DACFileError/invalid(field:found:allowed:byteOffset:)`` unless the value is an array of integers of 2,
  ///   4 or 8 bytes with 1 to 64 channels and 1 to 64 codebooks.
  init(_ value: PickleValue) throws {
    array = try NumPyPickledArray(value, field: Self.field)
    byteOffset = value.byteOffset
    guard let byteCount = Self.byteCounts[array.typeName] else {
      throw DACFileError.invalid(
        field: Self.field, found: "of type \(printable(array.typeName))",
        allowed: "integers of 2, 4 or 8 bytes", byteOffset: byteOffset)
    }
    elementByteCount = byteCount
    guard array.shape.count == 3, DACFileFormat.channelCounts.contains(array.shape[0]),
      DACFileFormat.codebookCounts.contains(array.shape[1])
    else {
      throw DACFileError.invalid(
        field: Self.field, found: "of shape \(array.shape)", allowed: "1 to 64 channels by 1 to 64 codebooks by frames",
        byteOffset: byteOffset)
    }
  }

  /// Converts the codes to a token grid for each channel.
  ///
  /// - Throws: ``DACFileError/invalid(field:found:allowed:byteOffset:)`` if the number of bytes does not fit the shape,
  ///   or if a code is negative or exceeds 16 bits.
  func channels() throws -> [TokenGrid] {
    let bytes = try array.bytes(elementByteCount: elementByteCount, field: Self.field)
    let (channelCount, codebookCount, frameCount) = (array.shape[0], array.shape[1], array.shape[2])
    let strides =
      array.isFortranOrder
      ? (channel: 1, codebook: channelCount, frame: channelCount * codebookCount)
      : (channel: codebookCount * frameCount, codebook: frameCount, frame: 1)
    return try (0..<channelCount).map { channel in
      var tokens: [UInt16] = []
      tokens.reserveCapacity(codebookCount * frameCount)
      for codebook in 0..<codebookCount {
        let first = channel * strides.channel + codebook * strides.codebook
        for frame in 0..<frameCount {
          tokens.append(try code(at: bytes.startIndex + (first + frame * strides.frame) * elementByteCount, in: bytes))
        }
      }
      return TokenGrid(codebookCount: codebookCount, frameCount: frameCount, tokens: tokens)
    }
  }

  private func code(at offset: Int, in bytes: ArraySlice<UInt8>) throws -> UInt16 {
    var value: UInt64 = 0
    for index in 0..<elementByteCount {
      let place = array.isBigEndian ? offset + index : offset + elementByteCount - 1 - index
      value = value << 8 | UInt64(bytes[place])
    }
    // In a signed 16-bit type the top bit is the sign.
    let allowed: UInt64 = array.typeName == "i2" ? 0x7FFF : 0xFFFF
    guard value <= allowed else {
      throw DACFileError.invalid(
        field: Self.field, found: "beyond 16 bits", allowed: "codes of 0 to \(allowed)", byteOffset: offset)
    }
    return UInt16(value)
  }
}

import Bitstream

/// Packed section of an index record: plain data behind a 0, or deflated data behind the length of the plain data
/// (`formats/archive.md`, section 3). The encoder deflates where this saves at least four bytes.
enum PackedSection {
  static func encoded(_ bytes: [UInt8], _ deflater: Deflater) -> [UInt8] {
    var writer = ByteWriter()
    if let deflated = deflater.deflate(bytes, limit: bytes.count - 4) {
      writer.varint(bytes.count)
      writer.append(deflated)
    } else {
      writer.varint(0)
      writer.append(bytes)
    }
    return writer.bytes
  }

  /// Decodes a packed section, which ends at the end of its record.
  ///
  /// The byte offset of a fault in the data is the offset of the first byte behind the length plus the position in the
  /// data, counted after inflating (`formats/archive.md`, section 3).
  ///
  /// - Parameters:
  ///   - reader: Reader of the record.
  ///   - allowed: Valid numbers of bytes of the data.
  ///   - inflater: Decompressor.
  /// - Returns: Reader of the data.
  /// - Throws: `BitstreamError`.
  static func decoded(
    from reader: inout ByteReader, byteCount allowed: ClosedRange<Int>, _ inflater: Inflater
  ) throws -> ByteReader {
    let lengthOffset = reader.byteOffset
    let byteCount = try reader.varint("length before deflate", in: 0...allowed.upperBound)
    let offset = reader.byteOffset
    let bytes = try reader.take(reader.remainingCount, "index data")
    if byteCount == 0 {
      guard allowed.contains(bytes.count) else {
        throw BitstreamError.outOfRange(
          field: "bytes of index data", value: bytes.count, allowed: allowed, byteOffset: lengthOffset)
      }
      return ByteReader(bytes, baseOffset: offset)
    }
    guard let inflated = inflater.inflate(bytes, byteCount: byteCount) else {
      throw BitstreamError.badDeflate(byteOffset: offset)
    }
    return ByteReader(inflated, baseOffset: offset)
  }
}

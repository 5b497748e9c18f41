import Bitstream

/// The data of an index record: as they are behind a 0, or deflated behind their length, whatever is smaller.
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

  /// The section that `reader` stands at, which ends with the record.
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

extension Record {
  /// An archive's record.
  static func archive(_ type: Int, _ data: [UInt8]) -> [UInt8] { framed([], body: [UInt8(type)] + data) }

  /// The type of an ancillary record; nil for a stream's.
  var ancillaryType: Int? { sections.isEmpty ? body.first.map(Int.init) : nil }

  /// A reader behind the type.
  var data: ByteReader {
    var reader = ByteReader(body, baseOffset: bodyOffset)
    _ = try? reader.byte("record type")
    return reader
  }
}

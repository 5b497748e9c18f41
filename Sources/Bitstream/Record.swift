/// Bits 0–3 of a record's kind (`formats/container.md`, section 2.1).
///
/// The sections of a body follow one another in the order header, trailer, block.
package struct RecordSections: OptionSet {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  /// The body has a header section.
  package static let header = RecordSections(rawValue: 1)
  /// The body has a block section.
  package static let block = RecordSections(rawValue: 2)
  /// The body has a trailer section; the stream ends with this record.
  package static let trailer = RecordSections(rawValue: 4)
  /// The record is the first of a stream and has a header section.
  package static let start = RecordSections(rawValue: 8)
}

/// Types of ancillary records, which have no sections (`formats/container.md`, section 6).
package enum AncillaryType {
  /// Tags of the next stream.
  package static let tags = 1
  /// First reserved type. A reader rejects this type and all above, and ignores unknown types below.
  package static let firstCritical = 128
}

/// Framing unit of the container, with an intact checksum (`formats/container.md`, section 2.1).
///
/// A record is sync, kind (version in the upper half, sections in the lower), length of the body as a varint, body and
/// CRC-32 of all bytes before.
package struct Record {
  package let sections: RecordSections
  package let body: [UInt8]
  /// Byte range of the whole record in the input.
  package let byteRange: Range<Int>

  /// Byte offset of the body in the input.
  package var bodyOffset: Int { byteRange.upperBound - StreamFormat.checksumByteCount - body.count }

  /// Returns the bytes of a record with the given body.
  ///
  /// - Precondition: `body` has 1 to `StreamLimits.bodyByteCount` bytes.
  package static func framed(_ sections: RecordSections, body: [UInt8]) -> [UInt8] {
    precondition((1...StreamLimits.bodyByteCount).contains(body.count), "record body out of bounds")
    var writer = ByteWriter()
    writer.append(StreamFormat.sync)
    writer.byte(StreamFormat.version << 4 | sections.rawValue)
    writer.varint(body.count)
    writer.append(body)
    var checksum = Checksum()
    checksum.update(writer.bytes)
    writer.fixed(Int(checksum.value), byteCount: StreamFormat.checksumByteCount)
    return writer.bytes
  }
}

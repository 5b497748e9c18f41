/// The sections that a record's body holds, in this order: header, trailer, block.
package struct RecordSections: OptionSet {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  /// Everything that decoding needs to know.
  package static let header = RecordSections(rawValue: 1)
  /// Tokens.
  package static let block = RecordSections(rawValue: 2)
  /// What is known at the end; after this record the stream is over.
  package static let trailer = RecordSections(rawValue: 4)
  /// No section: marks the first record of a stream, which has a header.
  package static let start = RecordSections(rawValue: 8)
}

/// Records without sections: their body begins with a type.
package enum AncillaryType {
  package static let tags = 1
  /// Types below are skipped by a reader that does not know them, the others rejected.
  package static let firstCritical = 128
}

/// One framed, intact piece of a container.
///
/// Sync, kind (version in the high half, sections in the low one), length of the body as a varint, body, CRC-32 of all
/// that.
package struct Record {
  package let sections: RecordSections
  package let body: [UInt8]
  /// Where the record, with its framing, stands in the input.
  package let byteRange: Range<Int>

  package var bodyOffset: Int { byteRange.upperBound - StreamFormat.checksumByteCount - body.count }

  /// A record around `body`.
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

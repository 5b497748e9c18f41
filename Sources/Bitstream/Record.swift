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

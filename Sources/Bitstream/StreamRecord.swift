/// Record with its sections decoded.
package struct StreamRecord {
  /// Whether this is a start record.
  package let isStart: Bool
  /// Header section, decoded and as bytes; `nil` for a record without a header section.
  package let header: (value: StreamHeader, bytes: [UInt8])?
  /// Trailer section; `nil` for a record without a trailer section.
  package let trailer: StreamTrailer?
  /// End frame (exclusive) of the stream; `nil` unless the record has a trailer section and no block section.
  package let endFrame: Int?
  /// Block section; `nil` for a record without a block section.
  package let block: StreamBlock?
  /// Byte range of the record in the input.
  package let byteRange: Range<Int>
  /// Byte and token counts of this record alone.
  package let statistics: StreamStatistics

  /// Decodes the sections of a record.
  ///
  /// - Parameters:
  ///   - record: A record with sections.
  ///   - current: Header of the open stream, for a record without a header section.
  /// - Throws: `BitstreamError`; `.missingStart` if there is no header at all.
  package init(_ record: Record, current: StreamHeader?) throws {
    let sections = record.sections
    guard !sections.contains(.start) || sections.contains(.header) else {
      throw BitstreamError.reserved(
        field: "kind", value: sections.rawValue, byteOffset: record.byteRange.lowerBound + 3)
    }
    isStart = sections.contains(.start)
    byteRange = record.byteRange
    var reader = ByteReader(record.body, baseOffset: record.bodyOffset)
    var statistics = StreamStatistics()

    if sections.contains(.header) {
      header = (try StreamHeader(from: &reader), [UInt8](record.body[..<reader.position]))
    } else {
      header = nil
    }
    statistics.headerByteCount = reader.position
    guard let inForce = header?.value ?? current else {
      throw BitstreamError.missingStart(byteOffset: record.byteRange.lowerBound)
    }

    let trailerStart = reader.position
    if sections.contains(.trailer) {
      let sampleCount = try reader.varint("samples", in: 0...StreamLimits.sampleCount)
      endFrame = sections.contains(.block) ? nil : try reader.varint("end frame", in: 0...StreamLimits.frameNumber)
      trailer = StreamTrailer(sampleCount: sampleCount, tokenHash: UInt32(try reader.fixed(4, "token hash")))
    } else {
      trailer = nil
      endFrame = nil
    }
    statistics.trailerByteCount = reader.position - trailerStart

    if sections.contains(.block) {
      let (block, payloadByteCount) = try StreamBlock.decoded(from: &reader, header: inForce)
      self.block = block
      statistics.add(block, header: inForce, payloadByteCount: payloadByteCount)
    } else {
      try reader.rejectTrailingBytes()
      block = nil
    }
    statistics.framingByteCount =
      record.byteRange.count - statistics.headerByteCount - statistics.trailerByteCount - statistics.payloadByteCount
    self.statistics = statistics
  }
}

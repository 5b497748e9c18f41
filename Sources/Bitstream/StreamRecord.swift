/// A record of a stream, its sections decoded.
package struct StreamRecord {
  package let isStart: Bool
  /// The header, and its bytes as they stand in the record.
  package let header: (value: StreamHeader, bytes: [UInt8])?
  package let trailer: StreamTrailer?
  /// The frame at which the stream ends, where the record has a trailer and no block says it.
  package let endFrame: Int?
  package let block: StreamBlock?
  package let byteRange: Range<Int>
  package let statistics: StreamStatistics

  /// - Parameter current: The header in force, for a record without one.
  /// - Throws: `BitstreamError.missingStart` when there is no header at all, and every fault of a field.
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

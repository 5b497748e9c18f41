import Bitstream

/// First records of a stream: the header and the position of the first block.
struct StreamBeginning {
  let header: StreamHeader
  /// Number of the first block's first frame; 0 if the searched bytes have no intact block.
  let firstFrame: Int
  /// Byte range from the first silence record of the first block, if any, to the end of the block's record; empty and at
  /// the end of the stream if the searched bytes have no intact block.
  let firstBlockByteRange: Range<Int>

  /// Reads the first records of the stream in a byte range.
  ///
  /// - Returns: `nil` if the first 1 MiB has no intact header.
  /// - Throws: The error of reading.
  init?(of range: Range<Int>, in bytes: any RandomAccessBytes) throws {
    var header: StreamHeader?
    // Only one block is decoded, whatever it costs.
    var decoder = StreamDecoder(policy: .lenient, budget: .unlimited)
    var search = RecordSearch(bytes, range, chunkByteCount: Self.chunkByteCount)
    var silenceOffset: Int?
    while let record = try search.next(), record.byteRange.lowerBound < range.lowerBound + Self.searchedByteCount {
      if AncillaryType.isOfNextBlock(record.ancillaryType) {
        silenceOffset = silenceOffset ?? record.byteRange.lowerBound
      }
      try decoder.accept(intact: record)
      while let event = try decoder.next() {
        if case .header(let found) = event { header = header ?? found }
      }
      if let header, let block = try? StreamRecord(record, current: header).block {
        self.header = header
        firstFrame = block.firstFrame
        firstBlockByteRange = (silenceOffset ?? record.byteRange.lowerBound)..<record.byteRange.upperBound
        return
      }
      if header != nil, record.sections.contains(.trailer) { break }
    }
    guard let header else { return nil }
    self.header = header
    firstFrame = 0
    firstBlockByteRange = range.upperBound..<range.upperBound
  }

  private static let chunkByteCount = 2_048
  /// Number of bytes that are searched: enough for tags and a few blocks.
  private static let searchedByteCount = 1 << 20
}

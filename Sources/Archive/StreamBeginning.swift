import Bitstream

/// What the first records of a stream tell: how to decode it and where it starts.
struct StreamBeginning {
  let header: StreamHeader
  /// Of the first block; 0 where there is none.
  let firstFrame: Int
  /// The record of the first block, or the range's end where there is none.
  let firstBlockByteRange: Range<Int>

  /// - Returns: `nil` where no header is found near the beginning.
  /// - Throws: what reading throws.
  init?(of range: Range<Int>, in bytes: any RandomAccessBytes) throws {
    var header: StreamHeader?
    var decoder = StreamDecoder(policy: .lenient)
    var search = RecordSearch(bytes, range, pieceByteCount: Self.pieceByteCount)
    while let record = try search.next(), record.byteRange.lowerBound < range.lowerBound + Self.searchedByteCount {
      try decoder.accept(intact: record)
      while let event = try decoder.next() {
        if case .header(let found) = event { header = header ?? found }
      }
      if let header, let block = try? StreamRecord(record, current: header).block {
        self.header = header
        firstFrame = block.firstFrame
        firstBlockByteRange = record.byteRange
        return
      }
      if header != nil, record.sections.contains(.trailer) { break }
    }
    guard let header else { return nil }
    self.header = header
    firstFrame = 0
    firstBlockByteRange = range.upperBound..<range.upperBound
  }

  private static let pieceByteCount = 2_048
  /// Tags and a few blocks.
  private static let searchedByteCount = 1 << 20
}

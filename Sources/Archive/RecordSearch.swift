import Bitstream

/// Iterator over the intact records of a byte range of an archive; skips all other bytes.
struct RecordSearch {
  /// Byte range without an intact record.
  struct Gap {
    let byteRange: Range<Int>
    let reason: BitstreamError
  }

  private let bytes: any RandomAccessBytes
  private let end: Int
  private let chunkByteCount: Int
  private var position: Int
  private var scanner: RecordScanner
  private var gapStart: (byteOffset: Int, reason: BitstreamError)?
  /// Bytes skipped between the last two results of `next()`; `nil` if the records follow one another.
  private(set) var gap: Gap?

  /// Creates a search.
  ///
  /// - Parameters:
  ///   - bytes: The archive.
  ///   - range: Byte range to search, clamped to the archive.
  ///   - chunkByteCount: Number of bytes of one read.
  init(_ bytes: any RandomAccessBytes, _ range: Range<Int>, chunkByteCount: Int = 1 << 16) {
    self.bytes = bytes
    self.chunkByteCount = chunkByteCount
    end = min(range.upperBound, bytes.byteCount)
    position = range.lowerBound
    scanner = RecordScanner(byteOffset: range.lowerBound)
  }

  /// Returns the next intact record, or `nil` at the end of the range.
  ///
  /// - Throws: The error of reading. Damage is reported in `gap`.
  mutating func next() throws -> Record? {
    gap = nil
    while true {
      let offset = scanner.byteOffset
      do {
        switch try scanner.next() {
        case .record(let record):
          closeGap(at: record.byteRange.lowerBound)
          return record
        case .end:
          closeGap(at: end)
          return nil
        case .needsMoreBytes: try readMore()
        }
      } catch let error as BitstreamError {
        if gapStart == nil { gapStart = (offset, error) }
        scanner.skipToNextSync()
      }
    }
  }

  private mutating func readMore() throws {
    guard position < end else {
      scanner.finish()
      return
    }
    let more = try bytes.bytes(availableIn: position..<min(end, position + chunkByteCount))
    position += more.count
    scanner.push(more)
  }

  private mutating func closeGap(at offset: Int) {
    gap = gapStart.map { Gap(byteRange: $0.byteOffset..<offset, reason: $0.reason) }
    gapStart = nil
  }
}

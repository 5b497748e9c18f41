import Bitstream

/// Goes through the intact records of a part of an archive and passes over everything else.
struct RecordSearch {
  /// Something without an intact record.
  struct Gap {
    let byteRange: Range<Int>
    let reason: BitstreamError
  }

  private let bytes: any RandomAccessBytes
  private let end: Int
  private let pieceByteCount: Int
  private var position: Int
  private var scanner: RecordScanner
  private var gapStart: (byteOffset: Int, reason: BitstreamError)?
  /// What was passed over just before the record that `next()` returned last, or before the end.
  private(set) var gap: Gap?

  /// - Parameter pieceByteCount: read at a time.
  init(_ bytes: any RandomAccessBytes, _ range: Range<Int>, pieceByteCount: Int = 1 << 16) {
    self.bytes = bytes
    self.pieceByteCount = pieceByteCount
    end = min(range.upperBound, bytes.byteCount)
    position = range.lowerBound
    scanner = RecordScanner(byteOffset: range.lowerBound)
  }

  /// - Throws: what reading throws; damage is a `gap`.
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
    let more = try bytes.bytes(availableIn: position..<min(end, position + pieceByteCount))
    position += more.count
    scanner.push(more)
  }

  private mutating func closeGap(at offset: Int) {
    gap = gapStart.map { Gap(byteRange: $0.byteOffset..<offset, reason: $0.reason) }
    gapStart = nil
  }
}

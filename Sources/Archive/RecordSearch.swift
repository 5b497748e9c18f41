import Bitstream

/// Iterator over the intact records of a byte range of an archive; skips all other bytes.
///
/// Records in the body of an intact record never count. Unless `stepsOverDamage` is false, a damaged record is stepped
/// over as a whole if its length leads to another record or to the end of the range. Records in its body then do not
/// count either.
struct RecordSearch {
  /// Byte range without an intact record.
  struct Gap {
    let byteRange: Range<Int>
    let reason: BitstreamError
    /// Whether the gap consists of damaged records whose lengths lead from one to the next. Then the record behind the
    /// gap does not lie in the body of another record.
    var isChained: Bool
  }

  private let bytes: any RandomAccessBytes
  private let end: Int
  private let chunkByteCount: Int
  private let stepsOverDamage: Bool
  private var position: Int
  private var scanner: RecordScanner
  private var gapStart: (byteOffset: Int, reason: BitstreamError, isChained: Bool)?
  /// Bytes that the last call of `next()` skipped in front of its result; `nil` if it skipped none.
  private(set) var gap: Gap?

  /// Creates a search.
  ///
  /// - Parameters:
  ///   - bytes: The archive.
  ///   - range: Byte range to search; its end is clamped to the end of the archive.
  ///   - chunkByteCount: Number of bytes of one read.
  ///   - stepsOverDamage: Whether a damaged record is stepped over as a whole if its length leads to another record or
  ///     to the end of `range`; otherwise, its bytes are searched for records.
  init(
    _ bytes: any RandomAccessBytes, _ range: Range<Int>, chunkByteCount: Int = 1 << 16, stepsOverDamage: Bool = true
  ) {
    self.bytes = bytes
    self.stepsOverDamage = stepsOverDamage
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
        if gapStart == nil { gapStart = (offset, error, true) }
        if let end = try endOfDamagedRecord() {
          scanner.skip(to: end)
        } else {
          gapStart?.isChained = false
          scanner.skipToNextSync()
        }
      }
    }
  }

  /// Returns the end of the damaged record that begins here; `nil` if its length does not lead to another record or to
  /// the end of the range, or if `stepsOverDamage` is false.
  ///
  /// - Throws: The error of reading.
  private func endOfDamagedRecord() throws -> Int? {
    guard stepsOverDamage, let claimed = scanner.claimedEnd, claimed <= end else { return nil }
    let next = try bytes.bytes(availableIn: claimed..<min(end, claimed + StreamFormat.sync.count))
    return claimed == end || next == StreamFormat.sync ? claimed : nil
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
    gap = gapStart.map { Gap(byteRange: $0.byteOffset..<offset, reason: $0.reason, isChained: $0.isChained) }
    gapStart = nil
  }
}

import Bitstream

/// Last 3 MiB of an archive, and the check that their records form one chain (`formats/archive.md`, section 4).
///
/// A record can hold bytes that look like records of an archive. Such bytes overlap an intact record, or a record that
/// the file's end cuts off, and no record is longer than 1 MiB and a few bytes. So if all intact records in 3 MiB
/// follow one another without overlaps and gaps, no record lies in the body of another.
struct ChainedTail {
  private let bytes: any RandomAccessBytes
  private let start: Int
  private let tail: [UInt8]

  /// Largest number of bytes of a record.
  private static let recordByteCount = StreamLimits.bodyByteCount + 11
  private static let byteCount = 3 << 20

  /// Reads the last bytes of an archive.
  ///
  /// - Throws: The error of reading.
  init(of bytes: any RandomAccessBytes) throws {
    self.bytes = bytes
    start = max(0, bytes.byteCount - Self.byteCount)
    tail = try bytes.bytes(in: start..<bytes.byteCount)
  }

  /// Returns the root that the last root or mark of the chain names; `nil` if the records form no chain, if the chain
  /// has no root or mark, or if the root or the run directly in front of the root is damaged.
  ///
  /// - Throws: The error of reading.
  func root(_ inflater: Inflater) throws -> RootLocation? {
    guard let rootOffset = try lastNamedRoot(), let found = RootLocation(at: rootOffset, in: bytes, inflater),
      try found.hasWholeIndex(in: bytes, inflater)
    else { return nil }
    return found
  }

  private func lastNamedRoot() throws -> Int? {
    var records = OverlappingRecords(tail, baseOffset: start)
    var end: Int? = start == 0 ? 0 : nil
    var rootOffset: Int?
    while let record = records.next() {
      let place = record.byteRange.lowerBound
      // Damage counts as a break, too. The caller then reads the whole file.
      guard place == end ?? place else { return nil }
      end = record.byteRange.upperBound
      // A record in the first MiB may lie in the body of a record that begins in front of these bytes.
      guard record.sections.isEmpty, start == 0 || place >= start + Self.recordByteCount else { continue }
      switch record.firstByte {
      case ArchiveRecordType.root: rootOffset = place
      case ArchiveRecordType.mark:
        rootOffset = (try? ArchiveMark(bytes.record(at: place, expected: 64)))?.rootOffset ?? rootOffset
      default: break
      }
    }
    return rootOffset
  }
}

import Bitstream

/// Root in force of an archive, found from the end of the file (`formats/archive.md`, section 4).
struct RootLocation {
  let root: ArchiveRoot
  let byteRange: Range<Int>

  /// Numbers of bytes at the end of the file that are searched in turn (`formats/archive.md`, section 4).
  ///
  /// The first range usually has the root. The second range has the last mark while a recording is being written. After
  /// a crash the other ranges can be needed.
  static let tailByteCounts = [4_096, 12_288, 65_536, 1 << 20, 8 << 20]

  /// Finds the root in force.
  ///
  /// - Throws: `ArchiveError.noIndex` if no intact root is found, or the error of reading.
  init(in bytes: any RandomAccessBytes, _ inflater: Inflater) throws {
    var tail: [UInt8] = []
    for tailByteCount in Self.tailByteCounts {
      let start = max(0, bytes.byteCount - tailByteCount)
      tail = try bytes.bytes(availableIn: start..<bytes.byteCount - tail.count) + tail
      if let found = try Self.last(inTail: tail, of: bytes, inflater) {
        (root, byteRange) = found
        return
      }
      if start == 0 { break }
    }
    throw ArchiveError.noIndex
  }

  private static func last(
    inTail tail: [UInt8], of bytes: any RandomAccessBytes, _ inflater: Inflater
  ) throws -> (ArchiveRoot, Range<Int>)? {
    let start = bytes.byteCount - tail.count
    let searched = LazyBytes(byteCount: bytes.byteCount) {
      Array(tail[$0.lowerBound - start..<$0.upperBound - start])
    }
    var roots: [Record] = []
    var mark: Record?
    var search = RecordSearch(searched, start..<bytes.byteCount)
    while let record = try search.next() {
      switch record.ancillaryType {
      case ArchiveRecordType.root?:
        roots.append(record)
        mark = nil
      case ArchiveRecordType.mark?: mark = record
      default: break
      }
    }
    // A mark behind all searched roots counts first. If its root is damaged, the last intact searched root is
    // in force.
    if let mark, let parsed = try? ArchiveMark(mark), parsed.rootOffset < mark.byteRange.lowerBound,
      let record = try? bytes.record(at: parsed.rootOffset, expected: 4_096),
      record.ancillaryType == ArchiveRecordType.root, let root = try? ArchiveRoot(record, inflater)
    {
      return (root, record.byteRange)
    }
    for record in roots.reversed() {
      if let root = try? ArchiveRoot(record, inflater) { return (root, record.byteRange) }
    }
    return nil
  }
}

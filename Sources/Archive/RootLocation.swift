import Bitstream

/// Root of an archive and its place in the file, usually the root in force (`formats/archive.md`, section 4).
struct RootLocation {
  let root: ArchiveRoot
  let byteRange: Range<Int>

  /// Numbers of bytes at the end of the file that a quick search reads in turn.
  ///
  /// The first range usually has the root. The second range usually has the last mark while a recording is being
  /// written.
  static let tailByteCounts = [4_096, 12_288, 65_536]
  /// Largest number of bytes of a file that is always read from its beginning.
  private static let smallByteCount = 65_536

  /// Finds the root in force, which is the last valid root.
  ///
  /// - Parameters:
  ///   - bytes: The archive.
  ///   - inflater: Decompressor.
  ///   - search: How much of the file is read first; more is read where these bytes do not name a valid root.
  /// - Throws: `ArchiveError.noIndex` if the archive has no valid root, or the error of reading.
  init(in bytes: any RandomAccessBytes, _ inflater: Inflater, _ search: RootSearch) throws {
    if bytes.byteCount > Self.smallByteCount, search != .complete {
      if search == .quick, let found = try Self.quick(in: bytes, inflater) {
        self = found
        return
      }
      if let found = try ChainedTail(of: bytes).root(inflater) {
        self = found
        return
      }
    }
    guard let found = try RootWalk.lastRoot(of: bytes, inflater) else { throw ArchiveError.noIndex }
    self = found
  }

  init(root: ArchiveRoot, byteRange: Range<Int>) {
    self.root = root
    self.byteRange = byteRange
  }

  /// Reads the root at a byte offset; `nil` if no intact root stands there.
  init?(at byteOffset: Int, in bytes: any RandomAccessBytes, _ inflater: Inflater) {
    guard let record = try? bytes.record(at: byteOffset, expected: 4_096),
      record.ancillaryType == ArchiveRecordType.root, let root = try? ArchiveRoot(record, inflater)
    else { return nil }
    self.init(root: root, byteRange: record.byteRange)
  }

  /// Returns the root that the last root or mark in the last bytes of the file refers to; `nil` if these bytes have no
  /// root or mark, if the root is damaged, or if a mark or the root's position makes the root doubtful.
  ///
  /// - Throws: The error of reading.
  private static func quick(in bytes: any RandomAccessBytes, _ inflater: Inflater) throws -> RootLocation? {
    var tail: [UInt8] = []
    for tailByteCount in tailByteCounts {
      let start = max(0, bytes.byteCount - tailByteCount)
      tail = try bytes.bytes(availableIn: start..<bytes.byteCount - tail.count) + tail
      let searched = LazyBytes(byteCount: bytes.byteCount) { [tail] in
        Array(tail[$0.lowerBound - start..<$0.upperBound - start])
      }
      var named: Named?
      var search = RecordSearch(searched, start..<bytes.byteCount)
      while let record = try search.next() {
        guard let next = try Named(record, after: named) else { continue }
        guard !next.isContradiction else { return nil }
        named = next
      }
      guard let named else { continue }
      guard let found = RootLocation(at: named.rootOffset, in: bytes, inflater), found.isAdjacent else { return nil }
      return found
    }
    return nil
  }

  /// Byte offset of the root to which a root record (its own) or a mark in the searched bytes refers.
  private struct Named {
    let rootOffset: Int
    /// Whether the record is a mark that refers to a root behind itself, or to another root than the previous root or
    /// mark does.
    let isContradiction: Bool

    init?(_ record: Record, after before: Named?) throws {
      switch record.ancillaryType {
      case ArchiveRecordType.root?:
        rootOffset = record.byteRange.lowerBound
        isContradiction = false
      case ArchiveRecordType.mark?:
        guard let mark = try? ArchiveMark(record) else { return nil }
        rootOffset = mark.rootOffset
        isContradiction =
          mark.rootOffset >= record.byteRange.lowerBound || before.map { $0.rootOffset != mark.rootOffset } ?? false
      default: return nil
      }
    }
  }

  /// Whether the root stands directly behind its newest recording or its newest run, or at the beginning of the file,
  /// as every root does that vampc writes.
  private var isAdjacent: Bool {
    let place = byteRange.lowerBound
    return place == 0 || root.recent.entries.contains { $0.byteRange.upperBound == place }
      || root.runs.contains { $0.directoryByteRange.upperBound == place }
  }

  /// Whether the index that was written together with the root is there: after a loss of power, a disk may have the
  /// root and lack the run directly in front of the root.
  ///
  /// - Throws: The error of reading.
  func hasWholeIndex(in bytes: any RandomAccessBytes, _ inflater: Inflater) throws -> Bool {
    let archive = ArchiveReader(bytes, root: root, rootByteRange: byteRange)
    for run in root.runs where run.directoryByteRange.upperBound == byteRange.lowerBound {
      do {
        let reader = try RunReader(archive, run)
        for index in reader.directory.entryPages.indices { _ = try reader.entries(ofPage: index) }
        for index in reader.directory.namePageByteCounts.indices { _ = try reader.namePage(index) }
      } catch is BitstreamError {
        return false
      }
    }
    return true
  }
}

import Bitstream

/// Writer of the index at an archive's end; earlier entries are written again only when runs are merged.
struct IndexWriter {
  private let file: ArchiveFile
  private let deflater = Deflater()
  private(set) var root: ArchiveRoot
  /// Byte range of the root in force.
  private(set) var rootByteRange: Range<Int>

  private static let chunkByteCount = 1 << 18

  init(_ file: ArchiveFile, root: ArchiveRoot, at rootByteRange: Range<Int>) {
    self.file = file
    self.root = root
    self.rootByteRange = rootByteRange
  }

  /// Bytes of a new archive: a root without entries.
  static var emptyArchive: [UInt8] { ArchiveRoot().encoded(at: 0, Deflater()) }

  /// Writes a root, and runs where necessary, that enter recordings in the index.
  ///
  /// - Parameters:
  ///   - entries: Recordings to enter.
  ///   - end: Number of bytes of the file before the call.
  /// - Returns: Number of bytes of the file after the call.
  /// - Throws: `ArchiveError`, `BitstreamError`.
  mutating func add(_ entries: [ArchivedRecording], at end: Int) throws -> Int {
    var next = root
    var position = end
    for entry in entries {
      if next.recent.entries.count == ArchiveLimits.recentEntryCount.upperBound {
        position = try flush(&next, with: entry, at: position)
      } else {
        var recent = EntryList()
        for item in (next.recent.entries + [entry]).sorted(by: ArchivedRecording.precedes) { recent.append(item) }
        next.recent = recent
      }
    }
    let record = next.encoded(at: position, deflater)
    try file.write(record, at: position)
    root = next
    rootByteRange = position..<position + record.count
    return rootByteRange.upperBound
  }

  /// Writes one run of the recent entries, `entry` and all runs that are due for merging.
  private func flush(_ root: inout ArchiveRoot, with entry: ArchivedRecording, at start: Int) throws -> Int {
    let archive = ArchiveReader(
      LazyBytes(byteCount: start) { try file.read($0) }, root: root, rootByteRange: rootByteRange)
    var level = 0
    var merged: [RunReference] = []
    var counts = (entries: ArchiveLimits.recentEntryCount.upperBound + 1, pages: 1)
    while level < ArchiveLimits.level.upperBound {
      let same = root.runs.filter { $0.level == level }
      guard same.count >= ArchiveWriterParameters.fanOut - 1 else { break }
      counts.entries += same.reduce(0) { $0 + $1.entryCount }
      for run in same { counts.pages += try RunReader(archive, run).directory.entryPages.count }
      guard counts.entries <= ArchiveWriterParameters.mergedEntryCount,
        counts.pages <= ArchiveWriterParameters.mergedPageCount
      else {
        break
      }
      merged += same
      level += 1
    }
    root.runs.removeAll(where: merged.contains)
    guard root.runs.count < ArchiveLimits.runCount.upperBound else { throw ArchiveError.full }

    var cursor = try RecordingCursor(merging: merged, of: archive, root.recent.entries + [entry])
    var writer = IndexRunWriter(deflater)
    var chunk: [UInt8] = []
    var position = start
    while let item = try cursor.next() {
      chunk += writer.append(item)
      if chunk.count >= Self.chunkByteCount {
        try file.write(chunk, at: position)
        position += chunk.count
        chunk = []
      }
    }
    let (rest, run) = try writer.finish(level: level, at: position + chunk.count)
    chunk += rest
    try file.write(chunk, at: position)
    root.runs.append(run)
    root.recent = EntryList()
    return position + chunk.count
  }
}

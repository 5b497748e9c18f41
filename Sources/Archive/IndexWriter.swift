import Bitstream

/// Writer of the index at an archive's end (`formats/archive.md`, sections 3 and 5). Each root repeats the recent
/// entries; entries of runs are written again only when their runs are merged.
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

  /// Writes the runs that are due and a new root, which together enter recordings in the index.
  ///
  /// - Parameters:
  ///   - entries: Recordings to enter.
  ///   - end: Number of bytes of the file before the call.
  ///   - barrier: Closure that flushes the file to the disk. If runs are written, the closure is called before the root
  ///     is written: the root must not be on the disk without the runs.
  /// - Returns: Number of bytes of the file after the call.
  /// - Throws: `ArchiveError`, or the error of `barrier`.
  mutating func add(
    _ entries: [ArchivedRecording], at end: Int, barrier: () throws -> Void
  ) throws -> Int {
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
    if position > end { try barrier() }
    let record = next.encoded(at: position, deflater)
    try file.write(record, at: position)
    root = next
    rootByteRange = position..<position + record.count
    return rootByteRange.upperBound
  }

  /// Writes one run of the recent entries, `entry` and all runs that are due for merging.
  ///
  /// If one of the due runs is damaged, or if the names do not fit into name pages, no run is merged, so that the
  /// append succeeds unless the root has 32 runs already.
  ///
  /// - Throws: `ArchiveError`.
  private func flush(_ root: inout ArchiveRoot, with entry: ArchivedRecording, at start: Int) throws -> Int {
    let archive = ArchiveReader(
      LazyBytes(byteCount: start) { try file.read($0) }, root: root, rootByteRange: rootByteRange)
    do {
      let (level, merged) = try runsToMerge(root, archive)
      return try write(&root, merging: merged, level: level, with: entry, of: archive, at: start)
    } catch let error where error is BitstreamError || error as? ArchiveError == .full {
      try file.truncate(to: start)
      return try write(&root, merging: [], level: 0, with: entry, of: archive, at: start)
    }
  }

  /// Returns the runs that are due for merging, and the level of the run that they become; level 0 if no run is due.
  ///
  /// - Throws: `BitstreamError` for a damaged directory, or the error of reading.
  private func runsToMerge(
    _ root: ArchiveRoot, _ archive: ArchiveReader
  ) throws -> (level: Int, runs: [RunReference]) {
    var level = 0
    var merged: [RunReference] = []
    var counts = (entries: ArchiveLimits.recentEntryCount.upperBound + 1, pages: 1)
    func fits(_ runs: [RunReference]) throws -> Bool {
      var next = counts
      next.entries += runs.reduce(0) { $0 + $1.entryCount }
      for run in runs { next.pages += try RunReader(archive, run).directory.entryPages.count }
      guard next.entries <= ArchiveWriterParameters.mergedEntryCount,
        next.pages <= ArchiveWriterParameters.mergedPageCount
      else { return false }
      counts = next
      return true
    }
    while level < ArchiveLimits.level.upperBound {
      let same = root.runs.filter { $0.level == level }
      guard same.count >= ArchiveWriterParameters.fanOut - 1, try fits(same) else { break }
      merged += same
      level += 1
    }
    guard root.runs.count - merged.count >= ArchiveLimits.runCount.upperBound else { return (level, merged) }
    // The root has no room for another run, and no run is due for merging: the smallest runs are merged.
    let smallest = root.runs.filter { !merged.contains($0) }.sorted { $0.entryCount < $1.entryCount }
    for run in smallest where try fits([run]) {
      merged.append(run)
      level = max(level, run.level)
    }
    return (level, merged)
  }

  private func write(
    _ root: inout ArchiveRoot, merging merged: [RunReference], level: Int, with entry: ArchivedRecording,
    of archive: ArchiveReader, at start: Int
  ) throws -> Int {
    var next = root
    next.runs.removeAll(where: merged.contains)
    guard next.runs.count < ArchiveLimits.runCount.upperBound else { throw ArchiveError.full }
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
    next.runs.append(run)
    next.recent = EntryList()
    root = next
    return position + chunk.count
  }
}

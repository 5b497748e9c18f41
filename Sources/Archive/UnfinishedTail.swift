import Bitstream

/// What stands behind the last root of an archive whose writer was stopped, and how it becomes part of the archive.
struct UnfinishedTail {
  /// To be entered in the index, in the order of the file; byte ranges count what `close` adds.
  let recordings: [ArchivedRecording]
  /// Bytes at the end that belong to no intact record, or to an index that was never finished.
  let removedByteCount: Int
  /// What is left of the file.
  private let keptByteCount: Int
  /// Behind that: the end of a stream that has none.
  private let ending: [UInt8]

  /// - Throws: `ArchiveError.strayStream` where a stream's own record is lost, and what reading throws.
  init(of archive: ArchiveReader) throws {
    let tail = archive.unindexedByteRange
    var scan = ArchiveScan(archive.bytes, tail)
    var found: [ScannedRecording] = []
    while let recording = try scan.next() {
      // One without a header has not a block.
      guard recording.header != nil else { continue }
      guard recording.label != nil else {
        throw ArchiveError.strayStream(byteOffset: recording.streamOffset)
      }
      found.append(recording)
    }
    var ending: [UInt8] = []
    var entries: [ArchivedRecording] = []
    for (index, recording) in found.enumerated() {
      guard let label = recording.label, let header = recording.header else { continue }
      var entry = recording.entry(named: label.name, start: label.start)
      if index == found.count - 1, recording.trailer == nil {
        let end = try CutOffEnd(header, recording.frames ?? 0..<0, recording.tokenHash)
        ending = end.bytes(rootOffset: archive.rootByteRange.lowerBound)
        entry.byteRange = entry.byteRange.lowerBound..<entry.byteRange.upperBound + ending.count
      }
      if try archive.indexHas(entry.name) || entries.contains(where: { $0.name == entry.name }) {
        throw ArchiveError.nameExists(entry.name)
      }
      entries.append(entry)
    }
    keptByteCount = found.last?.byteRange.upperBound ?? tail.lowerBound
    removedByteCount = tail.upperBound - keptByteCount
    recordings = entries
    self.ending = ending
  }

  /// Cuts off what is not kept and ends what has no end.
  ///
  /// - Returns: where the file ends then.
  func close(in file: ArchiveFile) throws -> Int {
    if removedByteCount > 0 { try file.truncate(to: keptByteCount) }
    if !ending.isEmpty { try file.write(ending, at: keptByteCount) }
    return keptByteCount + ending.count
  }
}

/// The end of a stream whose writer was stopped: a mark that says so, and the trailer for what is there.
struct CutOffEnd {
  let sampleCount: Int
  private let trailer: [UInt8]

  init(_ header: StreamHeader, _ frames: Range<Int>, _ hash: TokenHash) throws {
    sampleCount = header.sampleCount(ofFrames: frames.count)
    trailer = try StreamEncoder.trailerRecord(sampleCount: sampleCount, endFrame: frames.upperBound, hash)
  }

  func bytes(rootOffset: Int) -> [UInt8] { ArchiveMark(isCut: true, rootOffset: rootOffset).encoded() + trailer }
}

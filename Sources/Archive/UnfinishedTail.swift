import Bitstream

/// Bytes behind the root in force of an archive whose writer was stopped, and their repair (`formats/archive.md`,
/// section 5).
struct UnfinishedTail {
  /// Recordings to enter in the index, in the order of the file; byte ranges include the bytes that `close(in:)`
  /// appends.
  let recordings: [ArchivedRecording]
  /// Number of bytes to cut off at the end of the file: records that are damaged, belong to an index that was never
  /// finished, or belong to a recording that cannot be completed.
  let removedByteCount: Int
  /// Number of bytes of the file to keep.
  private let keptByteCount: Int
  /// Bytes to append to the kept bytes: mark and trailer for the last stream if this stream has no trailer; otherwise
  /// empty.
  private let ending: [UInt8]

  /// Reads the bytes behind the root in force.
  ///
  /// - Throws: `ArchiveError.strayStream` if the recording record of a stream is lost; `ArchiveError.nameExists`;
  ///   `BitstreamError` for damage to the index; the error of reading.
  init(of archive: ArchiveReader) throws {
    let tail = archive.unindexedByteRange
    var scan = ArchiveScan(archive.bytes, tail, trust: .chain)
    var found: [ScannedRecording] = []
    while let recording = try scan.next() {
      // Without a header section no block can be decoded.
      guard recording.header != nil else { continue }
      guard recording.label != nil else {
        throw ArchiveError.strayStream(byteOffset: recording.streamOffset)
      }
      found.append(recording)
    }
    // A recording whose end frame no trailer can state is dropped, because the recording would make every later append
    // fail.
    if let last = found.last, last.trailer == nil, last.closable == nil { found.removeLast() }
    var ending: [UInt8] = []
    var entries: [ArchivedRecording] = []
    var keptEnd = found.last?.byteRange.upperBound ?? tail.lowerBound
    for (index, recording) in found.enumerated() {
      guard let label = recording.label, let header = recording.header else { continue }
      var entry = recording.entry(named: label.name, start: label.start)
      if index == found.count - 1, recording.trailer == nil, let place = recording.closable {
        let end = try CutOffEnd(header, place.frames, place.tokenHash)
        ending = end.bytes(rootOffset: archive.rootByteRange.lowerBound)
        keptEnd = place.byteOffset
        entry.byteRange = entry.byteRange.lowerBound..<keptEnd + ending.count
        entry.sampleCount = end.sampleCount
      }
      if try archive.indexHas(entry.name) || entries.contains(where: { $0.name == entry.name }) {
        throw ArchiveError.nameExists(entry.name)
      }
      entries.append(entry)
    }
    keptByteCount = keptEnd
    removedByteCount = tail.upperBound - keptByteCount
    recordings = entries
    self.ending = ending
  }

  /// Cuts off the bytes that are not kept, and appends the mark and the trailer of an incomplete stream.
  ///
  /// - Returns: Number of bytes of the file after the call.
  /// - Throws: `ArchiveError.writeFailed`.
  func close(in file: ArchiveFile) throws -> Int {
    if removedByteCount > 0 { try file.truncate(to: keptByteCount) }
    if !ending.isEmpty { try file.write(ending, at: keptByteCount) }
    return keptByteCount + ending.count
  }
}

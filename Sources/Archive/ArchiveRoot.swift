import Bitstream

/// Root of an archive: all runs and the recent entries (`formats/archive.md`, section 3.4).
struct ArchiveRoot {
  var runs: [RunReference] = []
  /// Entries that are in no run, in the order of their start.
  var recent = EntryList()

  /// Number of entries in all runs and in the root.
  var entryCount: Int { runs.reduce(recent.entries.count) { $0 + $1.entryCount } }

  /// Encodes the root as a record.
  ///
  /// - Parameters:
  ///   - byteOffset: Byte offset at which the record will stand.
  ///   - deflater: Compressor of the data.
  func encoded(at byteOffset: Int, _ deflater: Deflater) -> [UInt8] {
    var section = ByteWriter()
    section.varint(runs.count)
    for run in runs {
      section.varint(run.level)
      section.varint(run.entryCount)
      section.varint(run.directoryByteRange.lowerBound)
      section.varint(run.directoryByteRange.count)
      section.signedVarint(run.span.lowerBound)
      section.varint(run.span.upperBound - run.span.lowerBound)
    }
    section.append(recent.encoded())
    var writer = ByteWriter()
    writer.varint(byteOffset)
    writer.append(PackedSection.encoded(section.bytes, deflater))
    return Record.archive(ArchiveRecordType.root, writer.bytes)
  }

  init() {}

  /// Decodes a root.
  ///
  /// - Throws: `BitstreamError`; for example `.outOfRange` if the record stands at another byte offset than it states.
  init(_ record: Record, _ inflater: Inflater) throws {
    let place = record.byteRange.lowerBound
    var data = record.data
    _ = try data.varint("root's own offset", in: place...place)
    var reader = try PackedSection.decoded(from: &data, byteCount: ArchiveLimits.pageByteCount, inflater)
    let runCount = try reader.varint("runs", in: ArchiveLimits.runCount)
    for _ in 0..<runCount {
      let level = try reader.varint("level of a run", in: ArchiveLimits.level)
      let entryCount = try reader.varint("entries of a run", in: 1...ArchiveLimits.entryCount.upperBound)
      let offset = try reader.varint("offset of a directory", in: 0...max(0, place - 1))
      let byteCount = try reader.varint("bytes of a directory", in: 1...max(1, place - offset))
      let start = try reader.signedVarint("start of a run", in: ArchiveLimits.startMicroseconds)
      let duration = try reader.varint("duration of a run", in: 0...RunReference.longestSpan)
      runs.append(
        RunReference(
          level: level, entryCount: entryCount, directoryByteRange: offset..<offset + byteCount,
          span: start...start + duration))
    }
    recent = try EntryList(from: &reader, count: ArchiveLimits.recentEntryCount, fileByteCount: place)
    // Each entry needs 32 bytes in front of the root (section 3.4), so the size of the file bounds the number of
    // entries.
    let most = place / ArchiveLimits.smallestRecordingByteCount
    guard entryCount <= most else {
      throw BitstreamError.outOfRange(
        field: "entries of the archive", value: entryCount, allowed: 0...most, byteOffset: record.bodyOffset)
    }
  }
}

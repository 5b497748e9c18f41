import Bitstream

/// What a root says of a run: entries sorted by time, with their names.
struct RunReference: Equatable {
  /// 0 for a run made of the root's own entries, one more with each merge.
  let level: Int
  let entryCount: Int
  let directoryByteRange: Range<Int>
  /// Start of the first entry and the end of the one that ends last, in microseconds since 1970.
  let span: ClosedRange<Int>

  /// More than the longest recording and the widest span of starts.
  static let longestSpan = (1 << 56) - 1
}

/// The record at the end of an archive: all that is in its index, or where.
struct ArchiveRoot {
  var runs: [RunReference] = []
  /// The latest entries, in the order of time.
  var recent = EntryList()

  var entryCount: Int { runs.reduce(recent.entries.count) { $0 + $1.entryCount } }

  /// The whole record.
  ///
  /// - Parameter byteOffset: where it will stand.
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

  /// - Throws: `BitstreamError`; `.outOfRange` for a root that stands elsewhere than it says.
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
    // No recording is smaller, so that no list is longer than its file allows.
    let most = place / ArchiveLimits.smallestRecordingByteCount
    guard entryCount <= most else {
      throw BitstreamError.outOfRange(
        field: "entries of the archive", value: entryCount, allowed: 0...most, byteOffset: record.bodyOffset)
    }
  }
}

public import Bitstream
import Tokens

/// Reader that finds recordings by the index of an archive, with few bytes read (`formats/archive.md`, section 4).
///
/// The reader keeps only the root in force (the last valid root) between calls. The reader sees the archive as the file
/// was when the reader was created, even if the file grows.
public struct ArchiveReader {
  let bytes: any RandomAccessBytes
  let root: ArchiveRoot
  let rootByteRange: Range<Int>
  /// Byte range behind the root in force (the last valid root): a recording that is being written or was interrupted,
  /// or an index that was never finished. The range is usually empty.
  public var unindexedByteRange: Range<Int> { rootByteRange.upperBound..<bytes.byteCount }
  /// Byte offset of the root in force, which is the last valid root.
  package var rootOffset: Int { rootByteRange.lowerBound }
  /// Number of recordings in the index; a recording behind the root in force (the last valid root) does not count.
  public var entryCount: Int { root.entryCount }
  let inflater = Inflater()

  /// Creates a reader of an archive.
  ///
  /// - Parameters:
  ///   - bytes: The archive.
  ///   - search: How the root in force, the last valid root, is found; files of at most 64 KiB are always read from
  ///     their beginning.
  /// - Throws: `ArchiveError.noIndex` if the archive has no valid root, or the error of reading.
  public init(_ bytes: any RandomAccessBytes, search: RootSearch = .quick) throws {
    self.bytes = bytes
    let place = try RootLocation(in: bytes, inflater, search)
    root = place.root
    rootByteRange = place.byteRange
  }

  /// Creates a reader of an archive whose root is known.
  init(_ bytes: any RandomAccessBytes, root: ArchiveRoot, rootByteRange: Range<Int>) {
    self.bytes = bytes
    self.root = root
    self.rootByteRange = rootByteRange
  }

  /// Returns a cursor over all recordings in the order of their start, `unfinished()` included.
  ///
  /// - Throws: `BitstreamError` for damage to the index, or the errors of `unfinished()`.
  public func recordings() throws -> RecordingCursor { try RecordingCursor(self, span: nil) }

  /// Returns a cursor over the recordings of the index in the order of their start, without `unfinished()`.
  ///
  /// - Throws: `BitstreamError` for damage to the index, or the error of reading.
  package func indexedRecordings() throws -> RecordingCursor {
    try RecordingCursor(merging: root.runs, of: self, root.recent.entries)
  }

  /// Returns a cursor over the recordings that overlap a span of microseconds since 1970-01-01T00:00:00Z, in the order
  /// of their start, `unfinished()` included.
  ///
  /// - Throws: `BitstreamError` for damage to the index, or the errors of `unfinished()`.
  public func recordings(in span: Range<Int>) throws -> RecordingCursor { try RecordingCursor(self, span: span) }

  /// Returns the recording with a name, `unfinished()` included; `nil` if no recording has the name.
  ///
  /// - Throws: `BitstreamError` for damage to the parts of the index that are read, or the errors of `unfinished()`.
  public func recording(named name: String) throws -> ArchivedRecording? {
    try indexed(named: name) ?? unfinished().flatMap { $0.name == name ? $0 : nil }
  }

  /// Returns whether the index has a recording with a name.
  ///
  /// - Throws: `BitstreamError` for damage to the parts of the index that are read, or the error of reading.
  func indexHas(_ name: String) throws -> Bool { try indexed(named: name) != nil }

  private func indexed(named name: String) throws -> ArchivedRecording? {
    if let entry = root.recent.entries.first(where: { $0.name == name }) { return entry }
    let hash = NameHit.hash(of: name)
    for run in root.runs.reversed() {
      let reader = try RunReader(self, run)
      for page in try reader.entryPages(withHash: hash) {
        if let entry = try reader.entries(ofPage: page).first(where: { $0.name == name }) { return entry }
      }
    }
    return nil
  }

  /// Returns the recording behind the root in force, which is not in the index, up to its last intact block or its
  /// trailer.
  ///
  /// The state is `.unfinished` if the stream has no trailer.
  ///
  /// A block that exceeds the standard reading budget ends the recording in front of this block.
  ///
  /// - Returns: `nil` if no readable, intact recording record stands directly behind the root, if the first 1 MiB of
  ///   the stream has no intact header, or if neither a block nor a trailer is intact.
  /// - Throws: The error of reading.
  public func unfinished() throws -> ArchivedRecording? {
    guard !unindexedByteRange.isEmpty,
      let record = try? bytes.record(at: unindexedByteRange.lowerBound, expected: 128),
      record.ancillaryType == ArchiveRecordType.recording, let label = try? RecordingLabel(record)
    else { return nil }
    let stream = record.byteRange.upperBound..<bytes.byteCount
    guard let beginning = try StreamBeginning(of: stream, in: bytes),
      let end = try streamEnd(in: stream, beginning.header)
    else { return nil }
    let covered = beginning.header.sampleCount(ofFrames: max(0, end.frame - beginning.firstFrame))
    return ArchivedRecording(
      name: label.name, start: label.start, byteRange: unindexedByteRange.lowerBound..<end.byteOffset,
      sampleCount: end.trailer?.sampleCount ?? covered, sampleRateHz: beginning.header.sourceSampleRateHz,
      state: end.trailer == nil ? .unfinished : end.isCut ? .cutOff : .complete)
  }

  /// End of the intact part of a stream.
  private struct StreamEnd {
    var byteOffset: Int
    /// End frame (exclusive) of the stream, as the last intact block or the trailer states it.
    var frame: Int
    var trailer: StreamTrailer?
    var isCut = false
  }

  /// Numbers of bytes at the end of a stream that are searched in turn for its last records.
  private static let tailByteCounts = [4_096, 12_288, 65_536, 1 << 20, 8 << 20, .max]
  private static let shortStreamByteCount = 65_536

  /// Finds the end of the intact part of a stream by reading longer and longer tails of `range`; nil where no intact
  /// block or trailer is found.
  ///
  /// - Throws: The error of reading.
  private func streamEnd(in range: Range<Int>, _ header: StreamHeader) throws -> StreamEnd? {
    for tailByteCount in Self.tailByteCounts {
      // A short stream is read from its beginning, so that bytes in the body of a record never count as a record.
      let isShort = range.count <= Self.shortStreamByteCount
      let start = isShort ? range.lowerBound : max(range.lowerBound, range.upperBound - tailByteCount)
      var end: StreamEnd?
      var isCut = false
      var search = RecordSearch(bytes, start..<range.upperBound)
      var meter = ReadingMeter(budget: .standard)
      while let record = try search.next(), end?.trailer == nil {
        if record.ancillaryType == ArchiveRecordType.mark { isCut = (try? ArchiveMark(record))?.isCut ?? false }
        guard let parsed = try? StreamRecord(record, current: header),
          let frame = parsed.block?.frames.upperBound ?? parsed.endFrame
        else { continue }
        meter.add(byteCount: record.byteRange.count)
        if let block = parsed.block, (try? meter.add(block)) == nil { break }
        end = StreamEnd(
          byteOffset: record.byteRange.upperBound, frame: frame, trailer: parsed.trailer, isCut: isCut)
      }
      if end != nil || start == range.lowerBound { return end }
    }
    return nil
  }
}

extension RandomAccessBytes {
  /// Returns the record at a byte offset.
  ///
  /// - Parameters:
  ///   - byteOffset: Byte offset of the record's first byte.
  ///   - expected: Number of bytes of the first read, at least 16; a longer record takes more reads.
  /// - Throws: `BitstreamError` if no intact record begins there, or the error of reading.
  func record(at byteOffset: Int, expected: Int) throws -> Record {
    var scanner = RecordScanner(byteOffset: byteOffset)
    var position = byteOffset
    var chunkByteCount = max(16, expected)
    while position < byteCount {
      let more = try bytes(availableIn: position..<position + chunkByteCount)
      scanner.push(more)
      position += more.count
      if case .record(let record) = try scanner.next() { return record }
      chunkByteCount = 1 << 16
    }
    throw BitstreamError.truncated(byteOffset: byteOffset)
  }
}

extension StreamHeader {
  /// Returns the duration of a number of frames in samples per channel at the source's rate: rounded down, and at most
  /// `StreamLimits.sampleCount`.
  func sampleCount(ofFrames frameCount: Int) -> Int {
    min(
      scaled(
        frameCount, times: geometry.hopLength * sourceSampleRateHz, over: geometry.sampleRateHz, roundingUp: false),
      StreamLimits.sampleCount)
  }
}

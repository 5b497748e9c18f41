public import Bitstream
import Tokens

/// Finds recordings in an archive by its index, with as few bytes as that takes.
///
/// Nothing of it is kept between calls but the root. An archive that grows is read as it was when it was opened.
public struct ArchiveReader {
  let bytes: any RandomAccessBytes
  let root: ArchiveRoot
  let rootByteRange: Range<Int>
  /// Bytes behind the last root: a recording that is being written, or that was torn off. Empty otherwise.
  public var unindexedByteRange: Range<Int> { rootByteRange.upperBound..<bytes.byteCount }
  /// Entries of the index.
  public var entryCount: Int { root.entryCount }
  let inflater = Inflater()

  /// - Throws: `ArchiveError.noIndex`, what the faults of the root are, and what reading throws.
  public init(_ bytes: any RandomAccessBytes) throws {
    self.bytes = bytes
    let place = try RootLocation(in: bytes, inflater)
    root = place.root
    rootByteRange = place.byteRange
  }

  /// An archive whose root is known.
  init(_ bytes: any RandomAccessBytes, root: ArchiveRoot, rootByteRange: Range<Int>) {
    self.bytes = bytes
    self.root = root
    self.rootByteRange = rootByteRange
  }

  /// All recordings in the order of time, the unfinished one among them.
  public func recordings() throws -> RecordingCursor { try RecordingCursor(self, span: nil) }

  /// The recordings of which something lies in a span of microseconds since 1970, in the order of time.
  public func recordings(in span: Range<Int>) throws -> RecordingCursor { try RecordingCursor(self, span: span) }

  /// The recording with this name; `nil` where there is none.
  ///
  /// - Throws: `BitstreamError` for damage that is met on the way.
  public func recording(named name: String) throws -> ArchivedRecording? {
    try indexed(named: name) ?? unfinished().flatMap { $0.name == name ? $0 : nil }
  }

  /// Whether the index has a recording of this name.
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

  /// The recording that stands behind the last root, as far as it goes; `nil` where there is none, or not yet a block.
  /// Its state is `.unfinished` unless its stream has ended.
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

  /// Where a stream ends as far as it is there.
  private struct StreamEnd {
    var byteOffset: Int
    /// Behind the last block.
    var frame: Int
    var trailer: StreamTrailer?
    var isCut = false
  }

  /// Looks for the last intact records of a stream from the end of its bytes.
  private func streamEnd(in range: Range<Int>, _ header: StreamHeader) throws -> StreamEnd? {
    for window in RootLocation.windows {
      let start = max(range.lowerBound, range.upperBound - window)
      var end: StreamEnd?
      var isCut = false
      var search = RecordSearch(bytes, start..<range.upperBound)
      while let record = try search.next(), end?.trailer == nil {
        if record.ancillaryType == ArchiveRecordType.mark { isCut = (try? ArchiveMark(record))?.isCut ?? false }
        guard let parsed = try? StreamRecord(record, current: header),
          let frame = parsed.block?.frames.upperBound ?? parsed.endFrame
        else { continue }
        end = StreamEnd(
          byteOffset: record.byteRange.upperBound, frame: frame, trailer: parsed.trailer, isCut: isCut)
      }
      if end != nil || start == range.lowerBound { return end }
    }
    return nil
  }
}

extension RandomAccessBytes {
  /// The record at a place.
  ///
  /// - Parameter expected: bytes that are read at first; more only where the record is longer.
  /// - Throws: `BitstreamError` where no intact one is there.
  func record(at byteOffset: Int, expected: Int) throws -> Record {
    var scanner = RecordScanner(byteOffset: byteOffset)
    var position = byteOffset
    var piece = max(16, expected)
    while position < byteCount {
      let more = try bytes(availableIn: position..<position + piece)
      scanner.push(more)
      position += more.count
      if case .record(let record) = try scanner.next() { return record }
      piece = 1 << 16
    }
    throw BitstreamError.truncated(byteOffset: byteOffset)
  }
}

extension StreamHeader {
  /// Samples at the source's rate that so many frames last, rounded down.
  func sampleCount(ofFrames frameCount: Int) -> Int {
    min(
      scaled(
        frameCount, times: geometry.hopLength * sourceSampleRateHz, over: geometry.sampleRateHz, roundingUp: false),
      StreamLimits.sampleCount)
  }
}

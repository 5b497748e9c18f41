import Bitstream

/// Writer that appends recordings to an archive. Earlier bytes stay valid at all times (`formats/archive.md`, section
/// 5).
///
/// Each record of a stream is one write. The index is written when its recording is complete and flushed to the disk.
public final class ArchiveWriter {
  /// Repair of the bytes that another writer left behind the root in force.
  public struct Recovery: Equatable, Sendable {
    /// Recordings that were completed and entered in the index.
    public let recordings: [ArchivedRecording]
    /// Number of bytes behind the last intact record that were cut off.
    public let removedByteCount: Int
  }

  /// Repair made on opening; `nil` if the archive was in order.
  public private(set) var recovery: Recovery?
  /// Recordings that this writer has entered in the index, in the order of the file.
  public private(set) var finished: [ArchivedRecording] = []
  /// Number of bytes of the file.
  public private(set) var byteCount: Int

  private let file: ArchiveFile
  private var index: IndexWriter
  private var open: OpenRecording?
  private var scanner = RecordScanner()
  private let isDurable: Bool
  private let clock = ContinuousClock()

  private struct OpenRecording {
    let label: RecordingLabel
    /// Name of the input, and number of its streams so far.
    let series: (name: String, count: Int)
    let startOffset: Int
    var decoder = StreamDecoder(policy: .strict)
    var header: StreamHeader?
    var frames: Range<Int>?
    var hash = TokenHash()
    var trailer: StreamTrailer?
    var isCut = false
    /// Ancillary records that wait for a record of the stream.
    var waiting: [UInt8] = []
    var lastMark: Int
    var lastSync: (byteOffset: Int, time: ContinuousClock.Instant)

    var hasWritten = false
  }

  /// Opens or creates an archive, locks the file, and completes a recording that another writer left unfinished.
  ///
  /// - Throws: `ArchiveError`, `BitstreamError`. The file is unchanged unless the error is `ArchiveError.writeFailed`.
  public convenience init(path: String) throws { try self.init(ArchiveFile(appendingTo: path)) }

  /// Creates a writer for an open file.
  ///
  /// - Parameters:
  ///   - file: File open for reading and writing, without any other writer.
  ///   - isDurable: Whether the writer flushes to the disk as `formats/archive.md`, section 5, promises. Without
  ///     flushes the caller has to flush at the end.
  /// - Throws: As `init(path:)`.
  public init(_ file: ArchiveFile, isDurable: Bool = true) throws {
    self.file = file
    self.isDurable = isDurable
    byteCount = try file.byteCount()
    let empty = IndexWriter.emptyArchive
    let isNew = byteCount < empty.count ? empty.starts(with: try file.read(0..<byteCount)) : false
    if isNew {
      try file.truncate(to: 0)
      try file.write(empty, at: 0)
      if isDurable { try file.sync() }
      file.syncFolder()
      byteCount = empty.count
    }
    let reader = try ArchiveReader(try file.bytes())
    index = IndexWriter(file, root: reader.root, at: reader.rootByteRange)
    guard !reader.unindexedByteRange.isEmpty else { return }
    let tail = try UnfinishedTail(of: reader)
    byteCount = try tail.close(in: file)
    try sync()
    if !tail.recordings.isEmpty { byteCount = try index.add(tail.recordings, at: byteCount) }
    try sync()
    recovery = Recovery(recordings: tail.recordings, removedByteCount: tail.removedByteCount)
  }

  /// Begins a recording.
  ///
  /// - Throws: `ArchiveError.badName`, `.badTime`, `.nameExists`, or the error of reading the index.
  /// - Precondition: no recording is open.
  public func begin(name: String, start: ArchiveTime) throws {
    try begin(name: name, start: start, series: (name, 1))
    scanner = RecordScanner()
  }

  private func begin(name: String, start: ArchiveTime, series: (name: String, count: Int)) throws {
    precondition(open == nil, "a recording is open already")
    try ArchivedRecording.requireName(name)
    guard ArchiveLimits.startMicroseconds.contains(start.microseconds),
      ArchiveLimits.utcOffsetMinutes.contains(start.utcOffsetMinutes)
    else { throw ArchiveError.badTime }
    if try has(name) { throw ArchiveError.nameExists(name) }
    open = OpenRecording(
      label: RecordingLabel(name: name, start: start), series: series, startOffset: byteCount, lastMark: byteCount,
      lastSync: (byteCount, clock.now))
  }

  /// Returns whether the index has a recording with a name.
  public func has(_ name: String) throws -> Bool {
    try ArchiveReader(
      try file.bytes(), root: index.root, rootByteRange: index.rootByteRange
    ).indexHas(name)
  }

  /// Appends the next chunk of the input and writes all records that are complete.
  ///
  /// Each further stream of the input becomes a recording of its own, named `name.2`, `name.3` and so on. The start
  /// time of such a recording is the end time of the recording before.
  ///
  /// - Throws: `BitstreamError` at the first fault of the input, after the records before are written; `ArchiveError`.
  /// - Precondition: a recording is open.
  public func append(_ bytes: [UInt8]) throws {
    precondition(open != nil, "no recording is open")
    scanner.push(bytes)
    while case .record(let record) = try scanner.next() { try append(record) }
  }

  private func append(_ record: Record) throws {
    if record.isOfArchive { throw ArchiveError.inputIsArchive(byteOffset: record.byteRange.lowerBound) }
    let isOfStream = record.ancillaryType == nil
    let isOfNext = [AncillaryType.tags, AncillaryType.silence].contains(record.ancillaryType)
    if open?.trailer != nil, isOfStream || isOfNext { try beginNext() }
    try open?.decoder.accept(intact: record)
    while let event = try open?.decoder.next() {
      switch event {
      case .header(let header): open?.header = header
      case .block(let block):
        let first = open?.frames?.lowerBound ?? block.firstFrame
        open?.frames = first..<block.frames.upperBound
        open?.hash.update(block)
      case .trailer(let trailer): open?.trailer = trailer
      case .damage: break
      }
    }
    guard let current = open else { return }
    let bytes = current.waiting + Record.framed(record.sections, body: record.body)
    // Ancillary records are written together with the record behind them: without a stream they would look like a
    // fault.
    guard isOfStream || current.trailer != nil || bytes.count > Self.longestWaitingByteCount else {
      open?.waiting = bytes
      return
    }
    try put((current.hasWritten ? [] : current.label.encoded()) + bytes)
    open?.hasWritten = true
    open?.waiting = []
    try markAndSync()
  }

  /// Largest number of bytes of waiting records: more than the longest tags record.
  private static let longestWaitingByteCount = 1 << 20

  /// Enters the open recording in the index and begins the recording of the next stream.
  private func beginNext() throws {
    guard let current = open, let trailer = current.trailer else { return }
    let ended = try enter(current, sampleCount: trailer.sampleCount, state: .complete)
    let count = current.series.count + 1
    try begin(name: "\(current.series.name).\(count)", start: ended.end, series: (current.series.name, count))
  }

  private func sync() throws {
    if isDurable { try file.sync() }
  }

  private func put(_ bytes: [UInt8]) throws {
    try file.write(bytes, at: byteCount)
    byteCount += bytes.count
  }

  private func markAndSync() throws {
    guard let current = open else { return }
    if current.trailer == nil, byteCount - current.lastMark >= ArchiveWriterParameters.markSpacing {
      try put(ArchiveMark(isCut: false, rootOffset: index.rootByteRange.lowerBound).encoded())
      open?.lastMark = byteCount
    }
    let isDue =
      byteCount - current.lastSync.byteOffset >= ArchiveWriterParameters.syncByteCount
      || clock.now - current.lastSync.time >= .seconds(ArchiveWriterParameters.syncSeconds)
    if isDue {
      try sync()
      open?.lastSync = (byteCount, clock.now)
    }
  }

  /// Ends the recording and enters it in the index.
  ///
  /// - Throws: `BitstreamError` if the input ends inside a record; `ArchiveError.incomplete` if the stream has no
  ///   trailer.
  @discardableResult
  public func finish() throws -> ArchivedRecording {
    var rest = scanner
    rest.finish()
    _ = try rest.next()
    guard let current = open, let trailer = current.trailer else { throw ArchiveError.incomplete }
    return try enter(current, sampleCount: trailer.sampleCount, state: current.isCut ? .cutOff : .complete)
  }

  /// Writes a mark which says that the writer of the copied recording was stopped here.
  ///
  /// - Precondition: a recording is open, and a record of its stream is written.
  func markCut() throws {
    precondition(open?.hasWritten == true, "no stream to mark")
    try put(ArchiveMark(isCut: true, rootOffset: index.rootByteRange.lowerBound).encoded())
    open?.isCut = true
  }

  /// Ends the recording with a mark and a trailer for the blocks written so far.
  ///
  /// - Returns: `nil` if no record with a header section was written; nothing of the recording remains.
  public func finishCutOff() throws -> ArchivedRecording? {
    guard let current = open else { return nil }
    if let trailer = current.trailer {
      return try enter(current, sampleCount: trailer.sampleCount, state: .complete)
    }
    guard let header = current.header, current.hasWritten else {
      open = nil
      return nil
    }
    let frames = current.frames ?? 0..<0
    let end = try CutOffEnd(header, frames, current.hash)
    try put(end.bytes(rootOffset: index.rootByteRange.lowerBound))
    return try enter(current, sampleCount: end.sampleCount, state: .cutOff)
  }

  private func enter(
    _ current: OpenRecording, sampleCount: Int, state: ArchivedRecording.State
  ) throws -> ArchivedRecording {
    let entry = ArchivedRecording(
      name: current.label.name, start: current.label.start, byteRange: current.startOffset..<byteCount,
      sampleCount: sampleCount, sampleRateHz: current.header?.sourceSampleRateHz ?? 1, state: state)
    // The recording must be on the disk before its entry.
    try sync()
    byteCount = try index.add([entry], at: byteCount)
    try sync()
    open = nil
    finished.append(entry)
    return entry
  }
}

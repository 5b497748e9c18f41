import Bitstream

/// Writer that appends recordings to an archive, and never changes bytes before the end of the root in force, the last
/// valid root (`formats/archive.md`, section 5).
///
/// Each record of a stream is one write, together with the ancillary records in front of this record. A recording
/// enters the index after its last byte is flushed to the disk.
public final class ArchiveWriter {
  /// Repair of the bytes that an interrupted writer had written behind the root in force, which is the last valid root.
  public struct Recovery: Equatable, Sendable {
    /// Recordings behind the root that were entered in the index, after the last of them was completed if necessary.
    public let recordings: [ArchivedRecording]
    /// Number of bytes that were cut off at the end of the file, because no recording can use them.
    public let removedByteCount: Int
  }

  /// Repair made on opening; `nil` if no bytes stood behind the root in force.
  public private(set) var recovery: Recovery?
  /// Recordings that were begun with this writer and are in the index, in the order of the file; recordings of
  /// `recovery` are not included.
  public private(set) var finished: [ArchivedRecording] = []
  /// Length of the file in bytes.
  public var byteCount: Int { output.byteCount }

  private let output: AppendedFile
  private var index: IndexWriter
  private var open: OpenRecording?
  private var scanner = RecordScanner()
  /// Byte offset before which the writer adds a mark behind each record of the input, because a record shortly before
  /// this offset holds bytes that look like a record of an archive (`formats/archive.md`, section 5).
  private var suspicionEnd = 0
  private let clock = ContinuousClock()

  private struct OpenRecording {
    let label: RecordingLabel
    /// Name of the input's first recording, and number of the input's recordings so far, this one included.
    let series: (name: String, count: Int)
    let startOffset: Int
    var decoder = StreamDecoder(policy: .strict)
    var header: StreamHeader?
    var frames: Range<Int>?
    var hash = TokenHash()
    var trailer: StreamTrailer?
    var isCut = false
    /// Bytes of ancillary records that are written together with the next record of the stream.
    var waiting: [UInt8] = []
    /// Whether a waiting record holds bytes that look like a record of an archive.
    var hasSuspiciousWaiting = false
    var lastMark: Int
    var lastSync: (byteOffset: Int, time: ContinuousClock.Instant)

    var hasWritten = false
  }

  /// Opens or creates an archive, locks the file, and completes a recording that another writer left unfinished.
  ///
  /// - Parameters:
  ///   - path: Path of the archive.
  ///   - inputPath: Path of a recording whose permissions a new archive gets; `nil` for those that new files have.
  /// - Throws: `ArchiveError`, `BitstreamError`. The file is unchanged unless the error is `ArchiveError.writeFailed`,
  ///   `.readFailed` or `.full`.
  public convenience init(path: String, permissionsOf inputPath: String? = nil) throws {
    try self.init(ArchiveFile(appendingTo: path, permissionsOf: inputPath))
  }

  /// Creates a writer for an open file, and completes a recording that another writer left unfinished.
  ///
  /// - Parameters:
  ///   - file: File open for reading and writing, without any other writer.
  ///   - isDurable: Whether the writer flushes to the disk as `formats/archive.md`, section 5, promises. Without
  ///     flushes the caller has to flush at the end.
  /// - Throws: The same errors as `init(path:)`.
  public init(_ file: ArchiveFile, isDurable: Bool = true) throws {
    output = try AppendedFile(file, isDurable: isDurable)
    let empty = IndexWriter.emptyArchive
    let beginning = output.byteCount <= empty.count ? try file.read(0..<output.byteCount) : []
    // After a loss of power, a new file may have zeros in place of the root.
    let isZero = beginning.count == empty.count && beginning.allSatisfy { $0 == 0 }
    if output.byteCount < empty.count && empty.starts(with: beginning) || isZero { try output.create() }
    let reader = try ArchiveReader(try file.bytes(), search: .thorough)
    index = IndexWriter(file, root: reader.root, at: reader.rootByteRange)
    guard !reader.unindexedByteRange.isEmpty else { return }
    let tail = try UnfinishedTail(of: reader)
    try output.close(tail)
    if tail.recordings.isEmpty { try output.sync() } else { try output.enter(tail.recordings, in: &index) }
    recovery = Recovery(recordings: tail.recordings, removedByteCount: tail.removedByteCount)
  }

  /// Begins a recording.
  ///
  /// - Throws: `ArchiveError.badName`, `.badTime` or `.nameExists`; `BitstreamError` for damage to the index; the error
  ///   of reading.
  /// - Precondition: no recording is open.
  public func begin(name: String, start: ArchiveTime) throws {
    try begin(name: name, start: start, series: (name, 1))
    scanner = RecordScanner()
    // Bytes of the previous recording that imitate a record of an archive cannot continue in this recording, because
    // their author did not know its bytes.
    suspicionEnd = 0
  }

  private func begin(name: String, start: ArchiveTime, series: (name: String, count: Int)) throws {
    precondition(open == nil, "a recording is open already")
    try ArchivedRecording.requireName(name)
    try Self.requireStorable(start)
    if try has(name) { throw ArchiveError.nameExists(name) }
    open = OpenRecording(
      label: RecordingLabel(name: name, start: start), series: series, startOffset: byteCount, lastMark: byteCount,
      lastSync: (byteCount, clock.now))
  }

  /// Returns whether the index has a recording with a name.
  ///
  /// - Throws: `BitstreamError` for damage to the index, or the error of reading.
  public func has(_ name: String) throws -> Bool {
    try ArchiveReader(
      try output.file.bytes(), root: index.root, rootByteRange: index.rootByteRange
    ).indexHas(name)
  }

  /// Appends the next chunk of the input and writes all complete records. Ancillary records in front of a stream's
  /// record are written together with this record.
  ///
  /// Each further stream of the input becomes a recording of its own, named `name.2`, `name.3` and so on. The start
  /// time of each further recording is the end time of the recording before.
  ///
  /// - Throws: `BitstreamError` at the first fault of the input, after the stream's records in front of the fault are
  ///   written, or for damage to the index; `ReadingBudgetError` if the input costs more than the standard budget;
  ///   `ArchiveError`.
  /// - Precondition: a recording is open.
  public func append(_ bytes: [UInt8]) throws {
    precondition(open != nil, "no recording is open")
    scanner.push(bytes)
    while case .record(let record) = try scanner.next() { try append(record) }
  }

  private func append(_ record: Record) throws {
    if record.isOfArchive { throw ArchiveError.inputIsArchive(byteOffset: record.byteRange.lowerBound) }
    let isOfStream = record.ancillaryType == nil
    let isOfNext = record.ancillaryType == AncillaryType.tags || AncillaryType.isOfNextBlock(record.ancillaryType)
    if open?.trailer != nil, isOfStream || isOfNext { try beginNext() }
    try open?.decoder.accept(intact: record)
    while let event = try open?.decoder.next() {
      switch event {
      case .header(let header): open?.header = header
      case .block(let block):
        guard block.frames.upperBound <= StreamLimits.frameNumber else {
          throw Self.error(ofFramesEndingAt: block.frames.upperBound, byteOffset: record.byteRange.lowerBound)
        }
        let first = open?.frames?.lowerBound ?? block.firstFrame
        open?.frames = first..<block.frames.upperBound
        open?.hash.update(block)
      case .trailer(let trailer): open?.trailer = trailer
      case .damage: break
      }
    }
    guard let current = open else { return }
    let framed = Record.framed(record.sections, body: record.body)
    let isSuspicious = current.hasSuspiciousWaiting || Record.holdsArchiveRecord(framed)
    let bytes = current.waiting + framed
    // Ancillary records are written together with the record behind them: without a stream they would look like a
    // fault.
    guard isOfStream || current.trailer != nil || bytes.count > Self.longestWaitingByteCount else {
      open?.waiting = bytes
      open?.hasSuspiciousWaiting = isSuspicious
      return
    }
    if !isOfStream, current.trailer != nil { try mark(ifDueAt: byteCount) }
    try put((current.hasWritten ? [] : current.label.encoded()) + bytes, isSuspicious: isSuspicious)
    open?.hasWritten = true
    open?.waiting = []
    open?.hasSuspiciousWaiting = false
    try markAndSync()
  }

  /// Largest number of bytes of waiting records: more than the longest tags record.
  private static let longestWaitingByteCount = 1 << 20

  /// Enters the open recording in the index and begins the recording of the next stream. Does nothing while the open
  /// recording has no trailer.
  ///
  /// - Throws: The errors of `begin(name:start:)`, or the error of writing the index.
  private func beginNext() throws {
    guard let current = open, let trailer = current.trailer else { return }
    let ended = try enter(current, sampleCount: trailer.sampleCount, state: .complete)
    let count = current.series.count + 1
    try begin(name: "\(current.series.name).\(count)", start: ended.end, series: (current.series.name, count))
  }

  private func put(_ bytes: [UInt8], isSuspicious: Bool = false) throws {
    if isSuspicious { suspicionEnd = byteCount + bytes.count + Self.longestRootByteCount }
    guard byteCount < suspicionEnd, open != nil else { return try output.append(bytes) }
    try output.append(bytes, before: encodedMark)
    open?.lastMark = byteCount
  }

  /// Number of bytes that no root's record exceeds.
  private static let longestRootByteCount = ArchiveLimits.pageByteCount.upperBound + 32

  private var encodedMark: [UInt8] { ArchiveMark(isCut: false, rootOffset: index.rootByteRange.lowerBound).encoded() }

  private func mark(ifDueAt byteCount: Int) throws {
    guard let current = open, byteCount - current.lastMark >= ArchiveWriterParameters.markSpacing else { return }
    try put(encodedMark)
    open?.lastMark = self.byteCount
  }

  private func markAndSync() throws {
    guard let current = open else { return }
    if current.trailer == nil { try mark(ifDueAt: byteCount) }
    let isDue =
      byteCount - current.lastSync.byteOffset >= ArchiveWriterParameters.syncByteCount
      || clock.now - current.lastSync.time >= .seconds(ArchiveWriterParameters.syncSeconds)
    if isDue {
      try output.sync()
      open?.lastSync = (byteCount, clock.now)
    }
  }

  /// Ends the open recording and enters the recording in the index.
  ///
  /// - Throws: `BitstreamError` if the input ends inside a record; `ArchiveError.incomplete` if the stream has no
  ///   trailer, or if no recording is open; the error of writing the index.
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
  /// - Throws: `ArchiveError`.
  /// - Precondition: a recording is open, and a record of its stream is written.
  func markCut() throws {
    precondition(open?.hasWritten == true, "no stream to mark")
    try put(ArchiveMark(isCut: true, rootOffset: index.rootByteRange.lowerBound).encoded())
    open?.isCut = true
  }

  /// Ends the open recording and enters the recording in the index. A stream without a trailer gets a mark and a
  /// trailer for the blocks written so far.
  ///
  /// - Returns: `nil` if no recording is open, or if no record with a header section was written; the recording is then
  ///   dropped.
  /// - Throws: `ArchiveError`, `BitstreamError`.
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
    try output.enter([entry], in: &index)
    open = nil
    finished.append(entry)
    return entry
  }
}

import Bitstream

/// Appends recordings to an archive. What was written before stays valid at every instant.
///
/// Every record of a stream is one write; the index follows when its recording is complete and on the disk.
public final class ArchiveWriter {
  /// What was done to a recording that another writer had left unfinished.
  public struct Recovery: Equatable, Sendable {
    /// Recordings that were closed and entered in the index.
    public let recordings: [ArchivedRecording]
    /// Bytes behind the last intact record that were cut off.
    public let removedByteCount: Int
  }

  /// `nil` where nothing had to be done.
  public private(set) var recovery: Recovery?
  /// Recordings that were finished, in their order.
  public private(set) var finished: [ArchivedRecording] = []
  /// Where the file ends.
  public private(set) var byteCount: Int

  private let file: ArchiveFile
  private var index: IndexWriter
  private var open: OpenRecording?
  private var scanner = RecordScanner()
  private let isDurable: Bool
  private let clock = ContinuousClock()

  private struct OpenRecording {
    let label: RecordingLabel
    /// The name that the input has, and how many of its streams this makes.
    let series: (name: String, count: Int)
    let startOffset: Int
    var decoder = StreamDecoder(policy: .strict)
    var header: StreamHeader?
    var frames: Range<Int>?
    var hash = TokenHash()
    var trailer: StreamTrailer?
    var isCut = false
    /// Records that wait for one that belongs to a stream.
    var waiting: [UInt8] = []
    var lastMark: Int
    var lastSync: (byteOffset: Int, time: ContinuousClock.Instant)

    var hasWritten = false
  }

  /// Opens the archive, creates it where there is none, locks it, and closes what was left unfinished.
  ///
  /// - Throws: `ArchiveError`; nothing has been changed then, unless it is `.writeFailed`.
  public convenience init(path: String) throws { try self.init(ArchiveFile(appendingTo: path)) }

  /// - Parameters:
  ///   - file: open to read and write; nobody else writes to it.
  ///   - isDurable: whether what is written is brought to the disk as the format promises; without, the caller does it
  ///     at the end.
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
  /// - Throws: `ArchiveError.badName`, `.badTime`, `.nameExists`, and what reading the index throws.
  /// - Precondition: the recording before is finished.
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

  /// Whether the index has a recording of this name.
  public func has(_ name: String) throws -> Bool {
    try ArchiveReader(
      try file.bytes(), root: index.root, rootByteRange: index.rootByteRange
    ).indexHas(name)
  }

  /// Takes the next bytes of the stream; what makes a record whole is written. Where one stream follows another, the
  /// next one is a recording of its own: `name.2` from the end of the first on.
  ///
  /// - Throws: `BitstreamError` where the bytes are not a stream; the records before are written then.
  /// - Precondition: a recording is open.
  public func append(_ bytes: [UInt8]) throws {
    precondition(open != nil, "no recording is open")
    scanner.push(bytes)
    while case .record(let record) = try scanner.next() { try append(record) }
  }

  private func append(_ record: Record) throws {
    if record.isOfArchive { throw ArchiveError.inputIsArchive(byteOffset: record.byteRange.lowerBound) }
    let isOfStream = record.ancillaryType == nil
    if open?.trailer != nil, isOfStream || record.ancillaryType == AncillaryType.tags { try beginNext() }
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
    // What no stream follows could not be told from a fault; with it, it is one write.
    guard isOfStream || current.trailer != nil || bytes.count > Self.longestWaitingByteCount else {
      open?.waiting = bytes
      return
    }
    try put((current.hasWritten ? [] : current.label.encoded()) + bytes)
    open?.hasWritten = true
    open?.waiting = []
    try markAndSync()
  }

  /// Tags, and then some.
  private static let longestWaitingByteCount = 1 << 20

  /// The input goes on with another stream.
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
    if current.trailer == nil, byteCount - current.lastMark >= ArchiveHabits.markSpacing {
      try put(ArchiveMark(isCut: false, rootOffset: index.rootByteRange.lowerBound).encoded())
      open?.lastMark = byteCount
    }
    let isDue =
      byteCount - current.lastSync.byteOffset >= ArchiveHabits.syncByteCount
      || clock.now - current.lastSync.time >= .seconds(ArchiveHabits.syncSeconds)
    if isDue {
      try sync()
      open?.lastSync = (byteCount, clock.now)
    }
  }

  /// Ends the recording and enters it in the index.
  ///
  /// - Throws: `BitstreamError` where its bytes end inside a record, `ArchiveError.incomplete` where its stream has not
  ///   ended.
  @discardableResult
  public func finish() throws -> ArchivedRecording {
    var rest = scanner
    rest.finish()
    _ = try rest.next()
    guard let current = open, let trailer = current.trailer else { throw ArchiveError.incomplete }
    return try enter(current, sampleCount: trailer.sampleCount, state: current.isCut ? .cutOff : .complete)
  }

  /// Says that the writer of the stream that is being copied was stopped here.
  ///
  /// - Precondition: a recording is open and a record of its stream is written.
  func markCut() throws {
    precondition(open?.hasWritten == true, "no stream to mark")
    try put(ArchiveMark(isCut: true, rootOffset: index.rootByteRange.lowerBound).encoded())
    open?.isCut = true
  }

  /// Ends the recording with what is there of it, marked as cut off.
  ///
  /// - Returns: `nil` where there is not a block, and nothing remains of it.
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
    // The index must not be on the disk before what it speaks of is.
    try sync()
    byteCount = try index.add([entry], at: byteCount)
    try sync()
    open = nil
    finished.append(entry)
    return entry
  }
}

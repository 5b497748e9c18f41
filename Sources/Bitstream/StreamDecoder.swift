import Tokens

/// Decoder of streams from bytes that the caller pushes in chunks; `StreamReader` pulls the bytes from a source.
///
/// Buffered input is at most one record of `StreamLimits.bodyByteCount` plus one pushed chunk, if the caller takes all
/// events before each push.
public struct StreamDecoder: Sendable {
  /// Behaviour at a fault.
  public let policy: DamagePolicy
  /// Byte and token counts of the stream that the last header opened.
  public var statistics: StreamStatistics { open?.statistics ?? lastStatistics }

  private var scanner: RecordScanner
  private var pending: [StreamEvent] = []
  private var open: OpenStream?
  private var tags: PendingTags?
  private var silence = WaitingSilence()
  private var damage: OpenDamage?
  private var lastStatistics = StreamStatistics()
  private var meter: ReadingMeter
  private var failure: (any Error)?
  private var hasReadStream = false
  private var hasReachedEnd = false

  /// Creates a decoder.
  ///
  /// - Parameters:
  ///   - policy: Behaviour at a fault.
  ///   - byteOffset: Byte offset in the input of the first pushed byte, at which a record begins.
  ///   - budget: Largest work for each byte of the input.
  public init(policy: DamagePolicy = .strict, startingAt byteOffset: Int = 0, budget: ReadingBudget = .standard) {
    self.policy = policy
    scanner = RecordScanner(byteOffset: byteOffset)
    meter = ReadingMeter(budget: budget)
  }

  /// Creates a decoder that resumes inside a stream, without an event for its header.
  ///
  /// The decoder does not check the token hash, which covers earlier blocks as well.
  public init(policy: DamagePolicy = .strict, resuming position: StreamPosition) {
    self.init(policy: policy, startingAt: position.byteOffset)
    open = OpenStream(
      header: position.header, headerBytes: position.headerBytes, nextFrame: position.nextFrame, hasLoss: true)
    hasReadStream = true
  }

  /// Appends the next chunk of the input.
  public mutating func push(_ bytes: [UInt8]) { scanner.push(bytes) }

  /// Declares that the input has no more bytes.
  public mutating func finish() { scanner.finish() }

  /// Returns the next event; `nil` if more bytes are needed, or, after `finish()`, at the end of the input.
  ///
  /// - Throws: `BitstreamError` at the first fault and on every later call, with `.strict`. With `.lenient` no fault is
  ///   thrown. `ReadingBudgetError` with both policies.
  public mutating func next() throws -> StreamEvent? {
    if let failure { throw failure }
    while pending.isEmpty {
      do {
        guard try step() else { return nil }
      } catch {
        failure = error
        throw error
      }
    }
    return pending.removeFirst()
  }

  /// Reads one record or skips a fault; returns `false` if more bytes are needed or the input has ended.
  private mutating func step() throws -> Bool {
    let offset = scanner.byteOffset
    do {
      switch try scanner.next() {
      case .needsMoreBytes: return false
      case .end:
        guard !hasReachedEnd else { return false }
        hasReachedEnd = true
        try acceptEnd()
      case .record(let record):
        meter.add(byteCount: record.byteRange.count)
        do {
          try accept(record)
        } catch let error as BitstreamError where policy == .lenient {
          note(error, record.byteRange)
        }
      }
    } catch let error as BitstreamError where policy == .lenient && !hasReachedEnd {
      scanner.skipToNextSync()
      meter.add(byteCount: scanner.byteOffset - offset)
      note(error, offset..<scanner.byteOffset)
    }
    return true
  }
}

/// Order of records in an input (`formats/container.md`, sections 2 and 7).
extension StreamDecoder {
  private struct OpenStream: Sendable {
    let header: StreamHeader
    let headerBytes: [UInt8]
    var nextFrame: Int?
    var hash = TokenHash()
    var statistics = StreamStatistics()
    var hasLoss: Bool
  }

  private struct PendingTags: Sendable {
    let tags: [StreamTag]
    let byteRange: Range<Int>
  }

  private struct OpenDamage: Sendable {
    var byteRange: Range<Int>
    let reason: BitstreamError
  }

  private mutating func accept(_ record: Record) throws {
    if record.sections.isEmpty { return try acceptAncillary(record) }
    let parsed = try StreamRecord(record, current: open?.header)
    if let block = parsed.block { try meter.add(block) }
    try openStream(for: parsed)
    try acceptPosition(of: parsed)
    open?.statistics.add(parsed.statistics)
    if var block = parsed.block {
      if let header = open?.header {
        open?.statistics.framingByteCount += silence.byteCount
        silence.move(to: &block, header: header)
        // The statistics of the block's record do not count silence, which stands in a record of its own.
        open?.statistics.silentSampleCount += block.silence.reduce(0) { $0 + $1.count }
      }
      open?.hash.update(block)
      open?.nextFrame = block.frames.upperBound
      pending.append(.block(block))
    }
    if let trailer = parsed.trailer { try close(trailer, at: record.byteRange.lowerBound) }
  }

  /// Opens the stream of `record` unless this stream is open already. Another open stream is abandoned.
  private mutating func openStream(for record: StreamRecord) throws {
    let offset = record.byteRange.lowerBound
    guard let header = record.header else { return }
    if record.isStart {
      if open != nil { try abandonStream(.missingTrailer(byteOffset: offset), at: offset) }
      reportDamage(lostFrames: nil)
      begin(header, hasLoss: false)
      return
    }
    if let open, open.headerBytes == header.bytes {
      let isEarlier = record.block.map { $0.firstFrame < open.nextFrame ?? 0 } ?? false
      guard isEarlier, policy == .lenient, let block = record.block else { return }
      let gap = BitstreamError.frameGap(expected: open.nextFrame ?? 0, found: block.firstFrame, byteOffset: offset)
      try abandonStream(gap, at: offset)
    } else if open != nil {
      try abandonStream(.headerChanged(byteOffset: offset), at: offset)
    } else if policy == .strict {
      throw BitstreamError.missingStart(byteOffset: offset)
    }
    note(.missingStart(byteOffset: offset), offset..<offset)
    begin(header, hasLoss: true)
    open?.nextFrame = 0
  }

  private mutating func begin(_ header: (value: StreamHeader, bytes: [UInt8]), hasLoss: Bool) {
    var value = header.value
    open = OpenStream(header: value, headerBytes: header.bytes, hasLoss: hasLoss)
    if let tags {
      value.tags = tags.tags
      open?.statistics.ancillaryByteCount += tags.byteRange.count
    }
    tags = nil
    hasReadStream = true
    pending.append(.header(value))
  }

  /// Checks that the block of the record begins, or that the stream ends, at the frame that is due; reports damage
  /// noted before.
  ///
  /// - Throws: `BitstreamError.frameGap`; with `.lenient`, only for a frame before the frame that is due.
  private mutating func acceptPosition(of record: StreamRecord) throws {
    guard let found = record.block?.firstFrame ?? record.endFrame else { return reportDamage(lostFrames: nil) }
    // The first block may begin at any frame; without blocks the end frame is 0.
    let expected = open?.nextFrame ?? (record.block == nil ? 0 : found)
    if found != expected {
      let offset = record.byteRange.lowerBound
      let error = BitstreamError.frameGap(expected: expected, found: found, byteOffset: offset)
      guard policy == .lenient, found > expected else { throw error }
      if damage == nil { note(error, offset..<offset) }
    }
    reportDamage(lostFrames: found > expected ? expected..<found : nil)
  }

  private mutating func close(_ trailer: StreamTrailer, at offset: Int) throws {
    guard let open else { return }
    if trailer.tokenHash != open.hash.value, !open.hasLoss {
      let error = BitstreamError.badTokenHash(
        stored: trailer.tokenHash, computed: open.hash.value, byteOffset: offset)
      guard policy == .lenient else { throw error }
      note(error, offset..<offset)
      reportDamage(lostFrames: nil)
    }
    pending.append(.trailer(trailer))
    lastStatistics = self.open?.statistics ?? lastStatistics
    self.open = nil
    silence = WaitingSilence()
  }

  private mutating func acceptAncillary(_ record: Record) throws {
    var reader = ByteReader(record.body, baseOffset: record.bodyOffset)
    let type = Int(try reader.byte("record type"))
    if type == AncillaryType.tags {
      let offset = record.byteRange.lowerBound
      try requireTagsLength(record)
      let decoded = try StreamTag.decoded(from: &reader)
      if open != nil { try abandonStream(.missingTrailer(byteOffset: offset), at: offset) }
      if let tags { try tolerate(.strayTags(byteOffset: tags.byteRange.lowerBound), tags.byteRange) }
      tags = PendingTags(tags: decoded, byteRange: record.byteRange)
    } else if type >= AncillaryType.firstCritical || type == 0 {
      throw BitstreamError.reserved(field: "record type", value: type, byteOffset: record.bodyOffset)
    } else if !silence.accept(record) {
      open?.statistics.ancillaryByteCount += record.byteRange.count
    }
  }

  private func requireTagsLength(_ record: Record) throws {
    guard record.body.count <= StreamLimits.tagsByteCount else {
      throw BitstreamError.outOfRange(
        field: "bytes of all tags", value: record.body.count, allowed: 1...StreamLimits.tagsByteCount,
        byteOffset: record.bodyOffset)
    }
  }

  private mutating func acceptEnd() throws {
    let offset = scanner.byteOffset
    if let tags { try tolerate(.strayTags(byteOffset: tags.byteRange.lowerBound), tags.byteRange) }
    if !hasReadStream { try tolerate(.empty, 0..<0) }
    if open != nil { try abandonStream(.missingTrailer(byteOffset: offset), at: offset) }
    reportDamage(lostFrames: nil)
  }
}

/// Damage that a lenient reader skips.
extension StreamDecoder {
  /// Closes the open stream, which has no trailer.
  ///
  /// - Throws: `error`, with `.strict`.
  private mutating func abandonStream(_ error: BitstreamError, at offset: Int) throws {
    try tolerate(error, offset..<offset)
    reportDamage(lostFrames: nil)
    lastStatistics = open?.statistics ?? lastStatistics
    open = nil
  }

  private mutating func tolerate(_ error: BitstreamError, _ byteRange: Range<Int>) throws {
    guard policy == .lenient else { throw error }
    note(error, byteRange)
  }

  /// Keeps a fault until the next intact record shows which frames are lost.
  private mutating func note(_ error: BitstreamError, _ byteRange: Range<Int>) {
    guard let earlier = damage else {
      damage = OpenDamage(byteRange: byteRange, reason: error)
      return
    }
    damage?.byteRange =
      min(earlier.byteRange.lowerBound, byteRange.lowerBound)..<max(earlier.byteRange.upperBound, byteRange.upperBound)
  }

  private mutating func reportDamage(lostFrames: Range<Int>?) {
    guard let damage else { return }
    pending.append(
      .damage(StreamDamage(byteRange: damage.byteRange, lostFrames: lostFrames, reason: damage.reason)))
    open?.statistics.damagedByteCount += damage.byteRange.count
    open?.hasLoss = true
    self.damage = nil
  }
}

/// Input of records in place of bytes, for a caller that finds the records, such as a reader of archives.
extension StreamDecoder {
  /// Decodes the next record; `next()` then returns its events.
  ///
  /// - Parameter record: A record whose framing and checksum are intact.
  /// - Throws: `BitstreamError` at the first fault and on every later call, with `.strict`. `ReadingBudgetError`.
  package mutating func accept(intact record: Record) throws {
    if let failure { throw failure }
    scanner = RecordScanner(byteOffset: record.byteRange.upperBound)
    meter.add(byteCount: record.byteRange.count)
    do {
      try accept(record)
    } catch let error as BitstreamError where policy == .lenient {
      note(error, record.byteRange)
    } catch {
      failure = error
      throw error
    }
  }

  /// Reports bytes without an intact record as damage.
  package mutating func skip(_ byteRange: Range<Int>, reason: BitstreamError) {
    scanner = RecordScanner(byteOffset: byteRange.upperBound)
    meter.add(byteCount: byteRange.count)
    note(reason, byteRange)
  }
}

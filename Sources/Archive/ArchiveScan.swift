import Bitstream

/// Sequential scan of a byte range of an archive for recordings, without the index.
struct ArchiveScan {
  /// Rule for which records count behind a break, that is, behind damage whose length fields do not lead to the next
  /// record.
  enum Trust {
    /// All intact records, for a repair or a verification of the whole archive.
    case everything
    /// Only blocks and trailers of the recording in front of the break: any other record may come from the body of a
    /// record that the disk has only in part.
    case chain
  }

  private var search: RecordSearch
  private var decoder = StreamDecoder(policy: .lenient)
  private var current: ScannedRecording?
  private var ready: [ScannedRecording] = []
  private var hasEnded = false
  /// Whether damage was skipped since the recording record of `current`.
  private var hasGap = false
  /// Whether a break was skipped: damage whose length fields do not lead to the next record.
  private var hasBreak = false
  private let trust: Trust
  /// Damage outside of the recordings' streams: in the index, and in recording records.
  private(set) var indexDamage: [StreamDamage] = []
  /// Number of intact index records (types 5 to 8) read so far, superseded ones included.
  private(set) var indexRecordCount = 0

  init(_ bytes: any RandomAccessBytes, _ range: Range<Int>, trust: Trust = .everything) {
    search = RecordSearch(bytes, range, stepsOverDamage: trust == .chain)
    self.trust = trust
  }

  /// Returns the next recording, or `nil` at the end of the range.
  ///
  /// - Throws: The error of reading. Damage and blocks that exceed the standard reading budget are reported in the
  ///   recordings, damage of the index in `indexDamage`.
  mutating func next() throws -> ScannedRecording? {
    while ready.isEmpty {
      guard !hasEnded else { return nil }
      let record = try search.next()
      if let gap = search.gap { noteGap(gap) }
      if let record {
        if isTrusted(record) { try take(record) }
      } else {
        hasEnded = true
        try close()
      }
    }
    return ready.removeFirst()
  }

  private func isTrusted(_ record: Record) -> Bool {
    guard trust == .chain, hasBreak else { return true }
    return !record.sections.isEmpty && !record.sections.contains(.start) && current?.header != nil
      && current?.trailer == nil
  }

  private mutating func noteGap(_ gap: RecordSearch.Gap) {
    if !gap.isChained { hasBreak = true }
    // Behind a trailer stands the index, so a gap there is no damage of the recording.
    if current != nil, current?.trailer == nil {
      if current?.excess == nil { decoder.skip(gap.byteRange, reason: gap.reason) }
      hasGap = true
    } else {
      indexDamage.append(StreamDamage(byteRange: gap.byteRange, lostFrames: nil, reason: gap.reason))
    }
  }

  private mutating func take(_ record: Record) throws {
    switch record.ancillaryType {
    case ArchiveRecordType.recording?:
      try close()
      do {
        let label = try RecordingLabel(record)
        begin(label: label, at: record.byteRange.lowerBound, streamOffset: record.byteRange.upperBound)
      } catch let error as BitstreamError {
        indexDamage.append(StreamDamage(byteRange: record.byteRange, lostFrames: nil, reason: error))
      }
    case ArchiveRecordType.mark?:
      if (try? ArchiveMark(record))?.isCut ?? false { current?.isMarkedCut = true }
      // Marks may also stand behind a trailer, in front of the ancillary records that follow the trailer.
      extend(to: record)
    case let type? where ArchiveRecordType.all.contains(type): indexRecordCount += 1
    case AncillaryType.tags?, nil:
      // A recording has one stream, directly behind its record. Another start record belongs to a recording whose
      // record is lost.
      let isStart = record.sections.contains(.start) && (hasGap || current?.header != nil)
      if current?.trailer != nil || isStart { try close() }
      if current == nil {
        begin(label: nil, at: record.byteRange.lowerBound, streamOffset: record.byteRange.lowerBound)
      }
      try feed(record)
    default:
      if current != nil { try feed(record) }
    }
  }

  private mutating func begin(label: RecordingLabel?, at offset: Int, streamOffset: Int) {
    decoder = StreamDecoder(policy: .lenient)
    hasGap = false
    current = ScannedRecording(label: label, byteRange: offset..<streamOffset, streamOffset: streamOffset)
  }

  private mutating func feed(_ record: Record) throws {
    if current?.excess == nil {
      do {
        try decoder.accept(intact: record)
        try drain()
      } catch let error as ReadingBudgetError {
        current?.excess = (record.byteRange.lowerBound, error)
      }
    }
    extend(to: record)
  }

  private mutating func extend(to record: Record) {
    guard let lower = current?.byteRange.lowerBound else { return }
    current?.byteRange = lower..<record.byteRange.upperBound
    current?.noteClosable()
  }

  private mutating func drain() throws {
    while let event = try decoder.next() {
      switch event {
      case .header(let header): if current?.header == nil { current?.header = header }
      case .block(let block):
        let earlier = current?.frames ?? block.frames
        current?.frames =
          min(earlier.lowerBound, block.firstFrame)..<max(earlier.upperBound, block.frames.upperBound)
        current?.tokenHash.update(block)
        current?.blockCount += 1
        current?.tokenCount += block.keptTokenCount
      case .trailer(let trailer): current?.trailer = trailer
      case .damage(let damage): current?.damage.append(damage)
      }
    }
  }

  private mutating func close() throws {
    guard current != nil else { return }
    if current?.trailer == nil, current?.excess == nil {
      decoder.finish()
      try drain()
    }
    if let current { ready.append(current) }
    current = nil
  }
}

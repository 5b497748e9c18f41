public import Bitstream
import Tokens

/// Repair of an archive: writes its intact recordings and blocks to a new archive.
///
/// Recordings without damage and without blocks behind frame 2⁴⁸ are copied. A recording that exceeds the standard
/// reading budget ends in front of the block that exceeds the budget. Each segment of consecutive intact blocks of any
/// other recording becomes a recording of its own, with the start time of the segment.
public struct ArchiveRepair {
  /// Outcome for one recording of the damaged archive.
  public struct Outcome: Sendable {
    /// Name of the recording in the damaged archive; `recovered-` and a byte offset if its name is lost.
    public let name: String
    /// Recordings of the new archive that were made from this recording; empty if its header is lost, or if the
    /// recording is damaged and has no intact block.
    public let recordings: [ArchivedRecording]
    /// Descriptions of the faults; empty for an intact recording.
    public let faults: [String]
  }

  private let bytes: any RandomAccessBytes
  private let writer: ArchiveWriter
  private let known: [ArchivedRecording]
  private var previousEnd = ArchiveTime(microseconds: 0)

  /// Creates a repair, which `run(report:)` carries out.
  ///
  /// - Parameters:
  ///   - bytes: The damaged archive.
  ///   - writer: Writer of a new archive.
  public init(_ bytes: any RandomAccessBytes, into writer: ArchiveWriter) {
    self.bytes = bytes
    self.writer = writer
    known = Self.readableEntries(of: bytes)
  }

  /// Repairs all recordings.
  ///
  /// - Parameter report: Closure that takes the outcome of each recording.
  /// - Returns: Whether no recording has a fault, no damage lies outside of the recordings, and the last valid root
  ///   ends the file.
  /// - Throws: The error of reading, of writing or of `report`.
  public mutating func run(report: (Outcome) throws -> Void) throws -> Bool {
    var scan = ArchiveScan(bytes, 0..<bytes.byteCount)
    var isIntact = (try? ArchiveReader(bytes, search: .complete))?.unindexedByteRange.isEmpty ?? false
    while let recording = try scan.next() {
      let outcome = try save(recording)
      isIntact = isIntact && outcome.faults.isEmpty
      if let last = outcome.recordings.last {
        previousEnd = last.end
        previousEnd.microseconds = min(previousEnd.microseconds, ArchiveLimits.startMicroseconds.upperBound)
      }
      try report(outcome)
    }
    return isIntact && scan.indexDamage.isEmpty
  }

  /// Returns the entries of the root and of all entry pages that can be read, in the order of the recordings' byte
  /// offsets; empty if the archive has no valid root.
  private static func readableEntries(of bytes: any RandomAccessBytes) -> [ArchivedRecording] {
    guard let reader = try? ArchiveReader(bytes, search: .complete) else { return [] }
    var entries = reader.root.recent.entries
    for run in reader.root.runs {
      guard let pages = try? RunReader(reader, run) else { continue }
      for index in pages.directory.entryPages.indices { entries += (try? pages.entries(ofPage: index)) ?? [] }
    }
    return entries.sorted { $0.byteRange.lowerBound < $1.byteRange.lowerBound }
  }

  /// Returns the entry of the recording that contains a byte offset, for a stream whose recording record is lost; `nil`
  /// if no readable part of the index has an entry for this recording.
  private func entry(around offset: Int) -> ArchivedRecording? {
    var low = 0
    var high = known.count
    while low < high {
      let middle = (low + high) / 2
      if known[middle].byteRange.upperBound <= offset { low = middle + 1 } else { high = middle }
    }
    return low < known.count && known[low].byteRange.contains(offset) ? known[low] : nil
  }

  private func save(_ recording: ScannedRecording) throws -> Outcome {
    var faults = recording.faults
    let label: RecordingLabel
    if let own = recording.label {
      label = own
    } else {
      faults.append("\(ArchiveError.strayStream(byteOffset: recording.streamOffset))")
      let entry = entry(around: recording.streamOffset)
      label = RecordingLabel(
        name: entry?.name ?? "recovered-\(recording.streamOffset)", start: entry?.start ?? previousEnd)
    }
    if recording.isBeyondLimit, let frames = recording.frames {
      faults.append("\(ArchiveWriter.error(ofFramesEndingAt: frames.upperBound, byteOffset: recording.streamOffset))")
    }
    let count = writer.finished.count
    if recording.isIntact, !recording.isBeyondLimit {
      try copy(recording, label)
    } else if let header = recording.header {
      try salvage(recording, header, label)
    }
    return Outcome(name: label.name, recordings: Array(writer.finished[count...]), faults: faults)
  }

  private func copy(_ recording: ScannedRecording, _ label: RecordingLabel) throws {
    try writer.begin(name: try freeName(label.name), start: label.start)
    var search = RecordSearch(bytes, recording.streamOffset..<recording.byteRange.upperBound)
    while let record = try search.next() {
      if !record.isOfArchive {
        try writer.append(Record.framed(record.sections, body: record.body))
      } else if (try? ArchiveMark(record))?.isCut ?? false {
        try writer.markCut()
      }
    }
    try writer.finish()
  }

  /// Writes each segment of consecutive intact blocks as a recording.
  ///
  /// - Throws: The error of reading or of writing.
  private func salvage(_ recording: ScannedRecording, _ header: StreamHeader, _ label: RecordingLabel) throws {
    // If the beginning of the stream is lost, the number of its first frame is unknown. The number is then taken to be
    // 0, because only excerpts begin at another frame.
    let lacksBeginning = recording.damage.contains { $0.byteRange.lowerBound <= recording.streamOffset }
    let origin = lacksBeginning ? 0 : recording.frames?.lowerBound ?? 0
    var encoder: StreamEncoder?
    var frames = 0..<0
    func end(_ trailer: StreamTrailer?) throws {
      let covered = header.sampleCount(ofFrames: frames.count)
      let before = header.sampleCount(ofFrames: max(0, frames.lowerBound - origin))
      let sampleCount = trailer.map { min(covered, max(0, $0.sampleCount - before)) } ?? covered
      guard let bytes = try encoder?.finish(sampleCount: sampleCount) else { return }
      try writer.append(bytes)
      try writer.finish()
      encoder = nil
    }
    let endOffset = recording.excess?.byteOffset ?? recording.byteRange.upperBound
    var search = RecordSearch(bytes, recording.streamOffset..<endOffset)
    var trailer: StreamTrailer?
    var silence = WaitingSilence()
    while let record = try search.next() {
      silence.accept(record)
      guard !record.isOfArchive, let parsed = try? StreamRecord(record, current: header) else { continue }
      if var block = parsed.block, block.firstFrame >= frames.upperBound,
        block.frames.upperBound <= StreamLimits.frameNumber
      {
        silence.move(to: &block, header: header)
        if block.firstFrame > frames.upperBound || encoder == nil {
          try end(nil)
          let before = header.sampleCount(ofFrames: max(0, block.firstFrame - origin))
          var start = label.start.adding(sampleCount: before, rateHz: header.sourceSampleRateHz)
          start.microseconds = min(start.microseconds, ArchiveLimits.startMicroseconds.upperBound)
          try writer.begin(name: try freeName(label.name), start: start)
          encoder = try StreamEncoder(header: header)
          frames = block.firstFrame..<block.firstFrame
        }
        if let bytes = try encoder?.encode(block) { try writer.append(bytes) }
        frames = frames.lowerBound..<block.frames.upperBound
      }
      if let found = parsed.trailer { trailer = found }
    }
    try end(trailer)
  }

  /// Returns `name`, or the first of `name.2`, `name.3` … that the new archive does not have. A name that would be too
  /// long loses characters in front of the number.
  ///
  /// - Throws: `BitstreamError` for damage to the index of the new archive, or the error of reading.
  private func freeName(_ name: String) throws -> String {
    var candidate = name
    var number = 1
    while try writer.has(candidate) {
      number += 1
      let suffix = ".\(number)"
      var stem = name
      while stem.utf8.count + suffix.utf8.count > ArchiveLimits.nameByteCount.upperBound { stem.removeLast() }
      candidate = stem + suffix
    }
    return candidate
  }
}

public import Bitstream
import Tokens

/// Makes a clean archive of what is intact in another one.
///
/// Recordings without damage are copied. Of the others the intact blocks are taken: each stretch without a gap becomes a
/// recording, with the time that it has.
public struct ArchiveRepair {
  /// What became of one recording.
  public struct Outcome: Sendable {
    public let name: String
    /// Recordings that it was made into; none where nothing was intact.
    public let pieces: [ArchivedRecording]
    /// What was wrong; empty where it was copied.
    public let faults: [String]
  }

  private let bytes: any RandomAccessBytes
  private let writer: ArchiveWriter
  private let known: [ArchivedRecording]
  private var previousEnd = ArchiveTime(microseconds: 0)

  /// - Parameter writer: of a new archive.
  public init(_ bytes: any RandomAccessBytes, into writer: ArchiveWriter) {
    self.bytes = bytes
    self.writer = writer
    known = Self.readableEntries(of: bytes)
  }

  /// - Parameter report: is told of every recording.
  /// - Returns: whether everything was intact, the index included.
  /// - Throws: what reading, writing and `report` throw.
  public mutating func run(report: (Outcome) throws -> Void) throws -> Bool {
    var scan = ArchiveScan(bytes, 0..<bytes.byteCount)
    var isIntact = (try? ArchiveReader(bytes))?.unindexedByteRange.isEmpty ?? false
    while let recording = try scan.next() {
      let outcome = try save(recording)
      isIntact = isIntact && outcome.faults.isEmpty
      if let last = outcome.pieces.last { previousEnd = last.end }
      try report(outcome)
    }
    return isIntact && scan.indexDamage.isEmpty
  }

  /// All entries that pages without damage hold, in the order of the file.
  private static func readableEntries(of bytes: any RandomAccessBytes) -> [ArchivedRecording] {
    guard let reader = try? ArchiveReader(bytes) else { return [] }
    var entries = reader.root.recent.entries
    for run in reader.root.runs {
      guard let pages = try? RunReader(reader, run) else { continue }
      for index in pages.directory.entryPages.indices { entries += (try? pages.entries(ofPage: index)) ?? [] }
    }
    return entries.sorted { $0.byteRange.lowerBound < $1.byteRange.lowerBound }
  }

  /// The index's entry of a stream whose own record is lost.
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
    var faults = recording.damage.map { "\($0.reason)" }
    let label: RecordingLabel
    if let own = recording.label {
      label = own
    } else {
      faults.append("\(ArchiveError.strayStream(byteOffset: recording.streamOffset))")
      let entry = entry(around: recording.streamOffset)
      label = RecordingLabel(
        name: entry?.name ?? "recovered-\(recording.streamOffset)", start: entry?.start ?? previousEnd)
    }
    let count = writer.finished.count
    if recording.isIntact {
      try copy(recording, label)
    } else if let header = recording.header {
      try salvage(recording, header, label)
    }
    return Outcome(name: label.name, pieces: Array(writer.finished[count...]), faults: faults)
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

  /// The stretches of blocks that stand without a gap.
  private func salvage(_ recording: ScannedRecording, _ header: StreamHeader, _ label: RecordingLabel) throws {
    // Where the beginning is lost nothing tells its frame: streams begin with frame 0 unless they are excerpts.
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
    var search = RecordSearch(bytes, recording.streamOffset..<recording.byteRange.upperBound)
    var trailer: StreamTrailer?
    while let record = try search.next() {
      guard !record.isOfArchive, let parsed = try? StreamRecord(record, current: header) else { continue }
      if let block = parsed.block, block.firstFrame >= frames.upperBound {
        if block.firstFrame > frames.upperBound || encoder == nil {
          try end(nil)
          let before = header.sampleCount(ofFrames: max(0, block.firstFrame - origin))
          let start = label.start.adding(sampleCount: before, rateHz: header.sourceSampleRateHz)
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

  /// `name`, or `name.2`, `name.3` … where that is there already.
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

public import Bitstream

/// What reading every byte of an archive shows.
public struct ArchiveVerification {
  /// Something that is not as it should be.
  public struct Fault: Sendable, CustomStringConvertible {
    /// The recording it belongs to; nil for the index.
    public let name: String?
    public let reason: String

    public var description: String { (name.map { "'\($0)': " } ?? "") + reason }
  }

  public private(set) var recordingCount = 0
  public private(set) var blockCount = 0
  public private(set) var tokenCount = 0
  public private(set) var durationSeconds = 0.0
  /// Records of the index and of those that it has superseded.
  public private(set) var indexRecordCount = 0
  public private(set) var timeline = ArchiveTimeline()
  public private(set) var faults: [Fault] = []

  private var entries: [Int: ArchivedRecording] = [:]

  /// - Throws: what reading throws; faults of the archive are in `faults`.
  public init(_ bytes: any RandomAccessBytes) throws {
    do {
      let reader = try ArchiveReader(bytes)
      try readIndex(reader)
    } catch let error as BitstreamError {
      faults.append(Fault(name: nil, reason: "index: \(error)"))
    } catch ArchiveError.noIndex {
      faults.append(Fault(name: nil, reason: "\(ArchiveError.noIndex)"))
    }
    var scan = ArchiveScan(bytes, 0..<bytes.byteCount)
    while let recording = try scan.next() { compare(recording) }
    indexRecordCount = scan.indexRecordCount
    for damage in scan.indexDamage { faults.append(Fault(name: nil, reason: "index: \(damage.reason)")) }
    for entry in entries.values.sorted(by: ArchivedRecording.precedes) {
      faults.append(Fault(name: entry.name, reason: "in the index, but not where it says"))
    }
    if faults.isEmpty, recordingCount == 0, indexRecordCount == 0 {
      faults.append(Fault(name: nil, reason: "\(ArchiveError.noIndex)"))
    }
  }

  private mutating func readIndex(_ reader: ArchiveReader) throws {
    for run in reader.root.runs { try checkNames(of: RunReader(reader, run)) }
    var cursor = try reader.recordings()
    var names: Set<String> = []
    while let entry = try cursor.next() {
      if !names.insert(entry.name).inserted { faults.append(Fault(name: entry.name, reason: "twice in the index")) }
      _ = timeline.add(entry)
      guard entry.state != .unfinished else { continue }
      if entries.updateValue(entry, forKey: entry.byteRange.lowerBound) != nil {
        faults.append(Fault(name: entry.name, reason: "the index has two recordings at one place"))
      }
    }
  }

  /// Whether each name of a run would be found, and its directory is true.
  private mutating func checkNames(of run: RunReader) throws {
    var expected: Set<[Int]> = []
    for (index, page) in run.directory.entryPages.enumerated() {
      let entries = try run.entries(ofPage: index)
      for entry in entries { expected.insert([Int(NameHit.hash(of: entry.name)), index]) }
      let end = entries.reduce(Int.min) { max($0, $1.end.microseconds) }
      if entries.first?.start.microseconds != page.span.lowerBound || end != page.span.upperBound {
        faults.append(Fault(name: entries.first?.name, reason: "the index gives its page another time"))
      }
    }
    for index in run.directory.namePageByteCounts.indices {
      for hit in try run.namePage(index).hits { expected.remove([Int(hit.hash), hit.entryPageIndex]) }
    }
    for missing in expected.sorted(by: { $0[1] < $1[1] }) {
      faults.append(Fault(name: nil, reason: "index: a name of entry page \(missing[1]) cannot be found"))
    }
  }

  private mutating func compare(_ recording: ScannedRecording) {
    recordingCount += 1
    blockCount += recording.blockCount
    tokenCount += recording.tokenCount
    if let header = recording.header {
      durationSeconds += Double(recording.sampleCount) / Double(header.sourceSampleRateHz)
    }
    let name = recording.label?.name
    for damage in recording.damage { faults.append(Fault(name: name, reason: "\(damage.reason)")) }
    guard let label = recording.label else {
      faults.append(Fault(name: nil, reason: "\(ArchiveError.strayStream(byteOffset: recording.streamOffset))"))
      return
    }
    guard let entry = entries.removeValue(forKey: recording.byteRange.lowerBound) else {
      faults.append(Fault(name: name, reason: "not in the index (byte \(recording.byteRange.lowerBound))"))
      return
    }
    if recording.damage.isEmpty, entry != recording.entry(named: label.name, start: label.start) {
      faults.append(Fault(name: name, reason: "the index tells something else of it"))
    }
  }
}

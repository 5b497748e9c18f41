public import Bitstream

/// Verification of an archive by reading all its bytes.
public struct ArchiveVerification {
  /// Fault of a recording or of the index.
  public struct Fault: Sendable, CustomStringConvertible {
    /// Name of the recording with the fault, or of the first recording in an entry page of the index that has the
    /// fault; `nil` where no name is known.
    public let name: String?
    /// Description of the fault, with the byte offset where one is known.
    public let reason: String

    /// Name of the recording, if any, and the description of the fault.
    public var description: String { (name.map { "'\($0)': " } ?? "") + reason }
  }

  /// Number of recordings in the file, whether or not the index has them.
  public private(set) var recordingCount = 0
  /// Number of intact blocks of all recordings.
  public private(set) var blockCount = 0
  /// Number of kept tokens in intact blocks, all channels counted.
  public private(set) var tokenCount = 0
  /// Total duration of all recordings with an intact header, in seconds.
  public private(set) var durationSeconds = 0.0
  /// Number of intact index records (types 5 to 8, `formats/archive.md`, section 3), superseded ones included.
  public private(set) var indexRecordCount = 0
  /// Gaps and overlaps of the recordings in the part of the index that could be read.
  public private(set) var timeline = ArchiveTimeline()
  /// Faults of the index and the recordings; empty for an intact archive.
  public private(set) var faults: [Fault] = []

  private var entries: [Int: ArchivedRecording] = [:]

  /// Verifies an archive.
  ///
  /// - Throws: The error of reading. Damage, and recordings that exceed the standard reading budget, are reported in
  ///   `faults`.
  public init(_ bytes: any RandomAccessBytes) throws {
    do {
      let reader = try ArchiveReader(bytes, search: .complete)
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
      faults.append(Fault(name: entry.name, reason: "in the index, but not at its byte offset"))
    }
    if faults.isEmpty, recordingCount == 0, indexRecordCount == 0 {
      faults.append(Fault(name: nil, reason: "\(ArchiveError.noIndex)"))
    }
  }

  private mutating func readIndex(_ reader: ArchiveReader) throws {
    for run in reader.root.runs { try checkNames(of: RunReader(reader, run)) }
    var cursor = try reader.indexedRecordings()
    var names: Set<String> = []
    while let entry = try cursor.next() {
      if !names.insert(entry.name).inserted { faults.append(Fault(name: entry.name, reason: "twice in the index")) }
      _ = timeline.add(entry)
      if entries.updateValue(entry, forKey: entry.byteRange.lowerBound) != nil {
        faults.append(Fault(name: entry.name, reason: "the index has two recordings at one byte offset"))
      }
    }
  }

  /// Checks that the name pages of a run have every name of the run, and that its directory states the correct times
  /// (`formats/archive.md`, section 3.3).
  ///
  /// - Throws: `BitstreamError` for damage to a page, or the error of reading.
  private mutating func checkNames(of run: RunReader) throws {
    var expected: Set<[Int]> = []
    for (index, page) in run.directory.entryPages.enumerated() {
      let entries = try run.entries(ofPage: index)
      for entry in entries { expected.insert([Int(NameHit.hash(of: entry.name)), index]) }
      let end = entries.reduce(Int.min) { max($0, $1.end.microseconds) }
      // Writers before 2026-11-29 could state an end later than the latest allowed one.
      let statedEnd = min(page.span.upperBound, ArchiveLimits.latestEndMicroseconds)
      if entries.first?.start.microseconds != page.span.lowerBound || end != statedEnd {
        faults.append(Fault(name: entries.first?.name, reason: "the directory states another time for its page"))
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
    for fault in recording.faults { faults.append(Fault(name: name, reason: fault)) }
    guard let label = recording.label else {
      faults.append(Fault(name: nil, reason: "\(ArchiveError.strayStream(byteOffset: recording.streamOffset))"))
      return
    }
    guard let entry = entries.removeValue(forKey: recording.byteRange.lowerBound) else {
      faults.append(Fault(name: name, reason: "not in the index (byte \(recording.byteRange.lowerBound))"))
      return
    }
    if recording.faults.isEmpty, entry != recording.entry(named: label.name, start: label.start) {
      faults.append(Fault(name: name, reason: "the index entry differs from the recording"))
    }
  }
}

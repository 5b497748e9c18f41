import Archive
import Bitstream

extension FuzzTarget {
  /// Readers of archives.
  ///
  /// Bit 0 of the input's first byte says whether the records of the rest get correct lengths and checksums first. A
  /// root states its own byte offset, so it stays valid only if no record before it changes its length.
  public static let archive = FuzzTarget(name: "archive") { input in
    guard let mode = input.first else { return }
    let rest = Array(input.dropFirst())
    let bytes = mode & 1 == 1 ? RecordRepair.repaired(rest) : rest
    try refusing { _ = try ArchiveVerification(bytes) }
    guard let reader = try refusing({ try ArchiveReader(bytes) }) else { return }
    _ = try refusing { try reader.unfinished() }
    guard let all = try refusing({ try recordings(try reader.recordings(), reader) }) else { return }
    for recording in all.prefix(recordingLimit) {
      let found = try refusing { try reader.recording(named: recording.name) }
      if let found = found ?? nil {
        try require(found.name == recording.name, "'\(found.name)' found for '\(recording.name)'")
      }
      try checkExtraction(of: recording, reader, bytes)
      let start = recording.start.microseconds
      for span in [start..<start + 1, Int.min..<Int.max] {
        _ = try refusing { try recordings(try reader.recordings(in: span), reader) }
        _ = try refusing { try reader.excerpt(of: recording, in: span) { _ in } }
      }
    }
  }

  /// Largest number of extracted recordings; a root of a few bytes can name many.
  private static let recordingLimit = 8

  private static func recordings(_ cursor: RecordingCursor, _ reader: ArchiveReader) throws -> [ArchivedRecording] {
    var cursor = cursor
    var all: [ArchivedRecording] = []
    while let recording = try cursor.next() { all.append(recording) }
    // One further recording may be unfinished.
    try require(all.count <= reader.entryCount + 1, "\(all.count) recordings of \(reader.entryCount) entries")
    return all
  }

  /// Requires that an extraction is bounded by the archive, and that a strict reader accepts it if no damage was
  /// reported.
  private static func checkExtraction(
    of recording: ArchivedRecording, _ reader: ArchiveReader, _ bytes: [UInt8]
  ) throws {
    var stream: [UInt8] = []
    guard let extraction = try refusing({ try reader.extract(recording) { stream += $0 } }) else { return }
    try require(extraction.byteCount == stream.count, "\(stream.count) bytes written, told \(extraction.byteCount)")
    // An unfinished recording gets a trailer, and further headers after lost blocks.
    let limit = recording.state == .unfinished ? 4 * bytes.count + 64 : bytes.count
    try require(stream.count <= limit, "\(stream.count) bytes from an archive of \(bytes.count)")
    // A recording that has only just begun has no bytes.
    guard extraction.damage.isEmpty, !(stream.isEmpty && recording.state == .unfinished) else { return }
    do {
      _ = try StreamSummary.verify(stream)
    } catch {
      throw FuzzFinding("what was taken out without damage is refused: \(error)")
    }
  }

  /// Returns the result of `body`, or `nil` if it refuses the input, which is no finding.
  @discardableResult
  private static func refusing<Result>(_ body: () throws -> Result) throws -> Result? {
    do {
      return try body()
    } catch let finding as FuzzFinding {
      throw finding
    } catch {
      return nil
    }
  }
}

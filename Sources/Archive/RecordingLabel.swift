import Bitstream

/// Recording record: name and start of a recording (`formats/archive.md`, section 2).
struct RecordingLabel: Equatable {
  let name: String
  let start: ArchiveTime

  func encoded() -> [UInt8] {
    var writer = ByteWriter()
    writer.signedVarint(start.microseconds)
    writer.signedVarint(start.utcOffsetMinutes)
    writer.append([UInt8](name.utf8))
    return Record.archive(ArchiveRecordType.recording, writer.bytes)
  }

  init(name: String, start: ArchiveTime) {
    self.name = name
    self.start = start
  }

  /// Decodes a recording record.
  ///
  /// - Throws: `BitstreamError`.
  init(_ record: Record) throws {
    var reader = record.data
    start = ArchiveTime(
      microseconds: try reader.signedVarint("start", in: ArchiveLimits.startMicroseconds),
      utcOffsetMinutes: try reader.signedVarint("UTC offset", in: ArchiveLimits.utcOffsetMinutes))
    let offset = reader.byteOffset
    let bytes = try reader.take(reader.remainingCount, "name")
    guard let name = String(validating: bytes, as: UTF8.self), (try? ArchivedRecording.requireName(name)) != nil else {
      throw BitstreamError.badText(field: "name", byteOffset: offset)
    }
    self.name = name
  }
}

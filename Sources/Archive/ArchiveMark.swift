import Bitstream

/// Mark: record that stands between the records of a recording and states where the root before the recording is
/// (`formats/archive.md`, section 2).
struct ArchiveMark: Equatable {
  /// Whether the recording's writer was stopped here, so that only a trailer follows.
  let isCut: Bool
  /// Byte offset of the root before the recording.
  let rootOffset: Int

  private static let cutFlag = 1

  func encoded() -> [UInt8] {
    var writer = ByteWriter()
    writer.byte(isCut ? Self.cutFlag : 0)
    writer.varint(rootOffset)
    return Record.archive(ArchiveRecordType.mark, writer.bytes)
  }

  init(isCut: Bool, rootOffset: Int) {
    self.isCut = isCut
    self.rootOffset = rootOffset
  }

  /// Decodes a mark.
  ///
  /// - Throws: `BitstreamError`.
  init(_ record: Record) throws {
    var reader = record.data
    let offset = reader.byteOffset
    let flags = Int(try reader.byte("mark flags"))
    guard flags & ~Self.cutFlag == 0 else {
      throw BitstreamError.reserved(field: "mark flags", value: flags, byteOffset: offset)
    }
    isCut = flags & Self.cutFlag != 0
    rootOffset = try reader.varint("root offset", in: ArchiveLimits.byteOffset)
    try reader.rejectTrailingBytes()
  }
}

import Bitstream

extension Record {
  /// Returns the bytes of an ancillary record of an archive: its framing, the type and `data`.
  static func archive(_ type: Int, _ data: [UInt8]) -> [UInt8] { framed([], body: [UInt8(type)] + data) }

  /// Type of an ancillary record; `nil` for a record with sections.
  var ancillaryType: Int? { sections.isEmpty ? body.first.map(Int.init) : nil }

  /// Reader of the data after the type of an ancillary record.
  var data: ByteReader {
    var reader = ByteReader(body, baseOffset: bodyOffset)
    _ = try? reader.byte("record type")
    return reader
  }

  /// Whether the record belongs to the archive and not to a stream.
  var isOfArchive: Bool { ancillaryType.map(ArchiveRecordType.all.contains) ?? false }

  /// Returns whether the bytes of a record contain, behind the first byte, bytes that look like the beginning of an
  /// archive's record.
  static func holdsArchiveRecord(_ bytes: [UInt8]) -> Bool {
    let sync = StreamFormat.sync
    var index = 1
    while index + sync.count + 2 < bytes.count {
      defer { index += 1 }
      guard bytes[index] == sync[0], bytes[index + 1] == sync[1], bytes[index + 2] == sync[2],
        bytes[index + 3] == UInt8(StreamFormat.version << 4)
      else { continue }
      // The length has at most three bytes.
      for type in index + 5..<min(index + 8, bytes.count) {
        if ArchiveRecordType.all.contains(Int(bytes[type])) { return true }
        if bytes[type - 1] < 0x80 { break }
      }
    }
    return false
  }
}

import Bitstream

extension Record {
  /// Returns the bytes of an ancillary record of an archive.
  static func archive(_ type: Int, _ data: [UInt8]) -> [UInt8] { framed([], body: [UInt8(type)] + data) }

  /// Type of an ancillary record; `nil` for a record with sections.
  var ancillaryType: Int? { sections.isEmpty ? body.first.map(Int.init) : nil }

  /// Reader of the data after the type.
  var data: ByteReader {
    var reader = ByteReader(body, baseOffset: bodyOffset)
    _ = try? reader.byte("record type")
    return reader
  }

  /// Whether the record belongs to the archive and not to a stream.
  var isOfArchive: Bool { ancillaryType.map(ArchiveRecordType.all.contains) ?? false }
}

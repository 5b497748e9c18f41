/// Entry of a zip archive, with all values checked against the archive.
package struct ZipEntry: Equatable, Sendable {
  /// Way in which an archive stores an entry: as it is, or compressed by deflate.
  package enum Method: Equatable, Sendable {
    case stored
    case deflated
  }

  /// Name of the entry, with a slash behind each folder.
  package let name: String
  /// Way in which the archive stores the content.
  package let method: Method
  /// CRC-32 of the uncompressed content.
  package let checksum: UInt32
  /// Size of the uncompressed content in bytes.
  package let byteCount: Int
  /// Byte range of the stored or compressed data in the archive.
  package let dataRange: Range<Int>
}

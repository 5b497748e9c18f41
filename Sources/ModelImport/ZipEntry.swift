/// Entry of a zip archive, with all values checked against the archive.
package struct ZipEntry: Equatable, Sendable {
  /// Compression method.
  package enum Method: Equatable, Sendable {
    case stored
    case deflated
  }

  /// Name of the entry.
  package let name: String
  /// Compression method.
  package let method: Method
  /// CRC-32 of the content.
  package let checksum: UInt32
  /// Size of the content in bytes.
  package let byteCount: Int
  /// Byte range of the stored or compressed data in the archive.
  package let dataRange: Range<Int>
}

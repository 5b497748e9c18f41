/// A file in a zip archive, its numbers checked against the archive.
package struct ZipEntry: Equatable, Sendable {
  package enum Method: Equatable, Sendable {
    case stored
    case deflated
  }

  package let name: String
  package let method: Method
  /// CRC-32 of the content.
  package let checksum: UInt32
  /// Size of the content.
  package let byteCount: Int
  /// Where the data lie in the archive.
  package let dataRange: Range<Int>
}

import SystemCalls

/// Tags in AIFF files that libsndfile does not read: an ID3 tag in a chunk of its own.
enum AiffTags {
  private static let chunkHeaderByteCount = 8
  private static let formHeaderByteCount = 12
  /// Largest number of chunks of a file that are searched for an ID3 tag.
  private static let largestChunkCount = 10_000

  /// Returns whether bytes are the beginning of an AIFF or AIFF-C file.
  static func begins(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: Array("FORM".utf8))
      && ["AIFF", "AIFC"].contains { bytes.dropFirst(8).starts(with: Array($0.utf8)) }
  }

  /// Reads the ID3 tag of a file.
  ///
  /// - Parameters:
  ///   - descriptor: Open seekable file.
  ///   - byteRange: Byte range of the AIFF file in `descriptor`.
  /// - Returns: Tags; none without a chunk `ID3 `, or where this chunk is damaged or longer than
  ///   ``MPEGTag/largestTagByteCount``.
  static func tags(of descriptor: OpenFile, in byteRange: Range<Int>) throws(SystemFailure) -> [AudioTag] {
    var offset = byteRange.lowerBound + formHeaderByteCount
    for _ in 0..<largestChunkCount where offset <= byteRange.upperBound - chunkHeaderByteCount {
      let header = HeaderFields(
        bytes: try descriptor.bytes(in: offset..<offset + chunkHeaderByteCount), isBigEndian: true)
      guard header.bytes.count == chunkHeaderByteCount else { break }
      let byteCount = header.unsigned(at: 4, byteCount: 4)
      offset += chunkHeaderByteCount
      if header.name(at: 0) == "ID3 " {
        guard byteCount <= MPEGTag.largestTagByteCount else { break }
        return ID3v2Tag.tags(try descriptor.bytes(in: offset..<min(byteRange.upperBound, offset + byteCount)))
      }
      offset += byteCount + byteCount % 2
    }
    return []
  }
}

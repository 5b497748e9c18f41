/// A look at the page structure of an Ogg file (RFC 3533, section 6), without decoding anything.
enum OggPages {
  private static let headerByteCount = 27
  private static let beginningOfStream: UInt8 = 0x02
  /// Largest page: header, 255 lacing values, 255 segments of 255 bytes.
  static let largestPageByteCount = 27 + 255 + 255 * 255

  /// Whether one of the streams that begin here is Opus (`OpusHead`, RFC 7845, section 5.1).
  static func beginsWithOpus(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    while let page = page(at: rest), page.flags & beginningOfStream != 0 {
      if rest.dropFirst(page.bodyOffset).starts(with: Array("OpusHead".utf8)) { return true }
      guard page.byteCount < rest.count else { return false }
      rest = rest.dropFirst(page.byteCount)
    }
    return false
  }

  /// Whether the last page in `tail`, the end of a file, lacks some of its bytes.
  static func endsWithinPage(_ tail: [UInt8]) -> Bool {
    var offset = tail.count - 4
    while offset >= 0 {
      if tail[offset...].starts(with: Array("OggS".utf8)) {
        guard let page = page(at: tail[offset...]) else { return true }
        if offset + page.byteCount > tail.count { return true }
        // "OggS" may occur within a page by chance; a whole page that ends the file is proof.
        if offset + page.byteCount == tail.count { return false }
      }
      offset -= 1
    }
    return false
  }

  /// `nil` where no complete page header begins.
  private static func page(at bytes: ArraySlice<UInt8>) -> (flags: UInt8, bodyOffset: Int, byteCount: Int)? {
    let start = bytes.startIndex
    guard bytes.count >= headerByteCount, bytes.starts(with: Array("OggS".utf8)) else { return nil }
    let segmentCount = Int(bytes[start + 26])
    let bodyOffset = headerByteCount + segmentCount
    guard bytes.count >= bodyOffset else { return nil }
    let lacing = bytes[start + headerByteCount..<start + bodyOffset]
    return (bytes[start + 5], bodyOffset, bodyOffset + lacing.reduce(0) { $0 + Int($1) })
  }
}

import SystemCalls

/// ID3v2 tag in front of the audio (id3.org, "ID3 tag version 2.4.0", section 3.1).
enum ID3Tag {
  /// Returns the number of bytes of a leading tag; 0 without a tag.
  ///
  /// - Parameter start: First bytes of the file, at least 10 unless the file is shorter.
  static func byteCount(_ start: [UInt8]) -> Int {
    guard start.count >= 10, start.starts(with: Array("ID3".utf8)) else { return 0 }
    let size = start[6..<10].reduce(0) { $0 << 7 | Int($1 & 0x7F) }
    let footer = start[5] & 0x10 != 0 ? 10 : 0
    return 10 + size + footer
  }

  /// Returns whether a file begins with `signature`, with or without a tag in front.
  static func isFollowed(
    by signature: [UInt8], in descriptor: OpenFile, start: [UInt8]
  ) throws(SystemFailure) -> Bool {
    let offset = byteCount(start)
    return try descriptor.bytes(in: offset..<offset + signature.count) == signature
  }
}

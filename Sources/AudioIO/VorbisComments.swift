/// Comments of Ogg Vorbis: its tags (Vorbis I specification, section 5).
enum VorbisComments {
  /// Largest number of bytes of comments that are read. Comments with pictures may be longer; tags beyond are not read.
  static let largestByteCount = 1 << 24

  /// Reads the tags of a comment header, which begins with the name of the encoder. Damage ends the list without an
  /// error.
  static func tags(in bytes: [UInt8]) -> [AudioTag] {
    let fields = HeaderFields(bytes: bytes, isBigEndian: false)
    var offset = 0
    func length() -> Int? {
      guard bytes.count - offset >= 4 else { return nil }
      defer { offset += 4 }
      return fields.unsigned(at: offset, byteCount: 4)
    }
    func field() -> ArraySlice<UInt8>? {
      guard let count = length(), count <= bytes.count - offset else { return nil }
      defer { offset += count }
      return bytes[offset..<offset + count]
    }
    guard field() != nil, let count = length() else { return [] }
    var tags: [AudioTag] = []
    var left = count
    while left > 0, let comment = field() {
      left -= 1
      if let tag = AudioTag(comment: comment) { tags.append(tag) }
    }
    return tags
  }
}

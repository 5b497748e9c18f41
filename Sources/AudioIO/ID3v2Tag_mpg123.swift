private import CMpg123

/// ID3 tag of version 2, read by libmpg123.
enum ID3v2Tag {
  /// Text frames and the tag name of each (id3.org, "ID3 tag version 2.4.0 – Native Frames", section 4.2).
  private static let names = [
    "TIT2": "TITLE", "TPE1": "ARTIST", "TALB": "ALBUM", "TPE2": "ALBUMARTIST", "TCOM": "COMPOSER",
    "TRCK": "TRACKNUMBER", "TPOS": "DISCNUMBER", "TDRC": "DATE", "TYER": "DATE", "TCON": "GENRE", "TCOP": "COPYRIGHT",
    "TPUB": "ORGANIZATION",
    "TEXT": "LYRICIST", "TPE3": "CONDUCTOR", "TPE4": "REMIXER", "TSRC": "ISRC", "TIT1": "GROUPING", "TIT3": "SUBTITLE",
    "TSST": "DISCSUBTITLE", "TLAN": "LANGUAGE", "TMOO": "MOOD", "TBPM": "BPM",
  ]
  /// Returns the texts of text frames with an identifier in `names`, of comments without a description, and of `TXXX`
  /// frames; none if the tag is damaged.
  static func tags(_ bytes: [UInt8]) -> [AudioTag] {
    guard let handle = mpg123_new(nil, nil) else { return [] }
    defer { mpg123_delete(handle) }
    var first: UnsafeMutablePointer<mpg123_id3v1>?
    var second: UnsafeMutablePointer<mpg123_id3v2>?
    guard mpg123_param2(handle, Int32(MPG123_ADD_FLAGS.rawValue), Int(MPG123_QUIET.rawValue), 0) == 0,
      mpg123_open_feed(handle) == 0,
      // No frames follow the tag, so libmpg123 asks for more bytes as soon as the tag is read.
      mpg123_decode(handle, bytes, bytes.count, nil, 0, nil) == MPG123_NEED_MORE.rawValue,
      mpg123_id3(handle, &first, &second) == 0, let found = second?.pointee
    else { return [] }
    var tags: [AudioTag] = []
    func append(_ name: String, _ values: [String]) {
      for value in values where !value.isEmpty { tags.append(AudioTag(name: name, value: value)) }
    }
    for text in UnsafeBufferPointer(start: found.text, count: found.texts) {
      guard let name = names[identifier(text)] else { continue }
      let values = strings(text.text)
      append(name, name == "GENRE" ? values.flatMap(ID3Genres.names(in:)) : values)
    }
    // Comments with a description are data of programs.
    for comment in UnsafeBufferPointer(start: found.comment_list, count: found.comments)
    where strings(comment.description).allSatisfy(\.isEmpty) {
      append("COMMENT", strings(comment.text))
    }
    // `TXXX` frames have names of their own; ffmpeg writes comments in such frames.
    for extra in UnsafeBufferPointer(start: found.extra, count: found.extras) {
      if let name = strings(extra.description).first { append(name, strings(extra.text)) }
    }
    return tags
  }

  private static func identifier(_ text: mpg123_text) -> String {
    String(
      decoding: [text.id.0, text.id.1, text.id.2, text.id.3].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Returns the texts in a string, where NULs separate them.
  private static func strings(_ string: mpg123_string) -> [String] {
    guard let start = string.p else { return [] }
    let bytes = UnsafeBufferPointer(start: start, count: string.fill).map { UInt8(bitPattern: $0) }
    return bytes.split(separator: 0).map { AudioTag.text(from: $0) }
  }
}

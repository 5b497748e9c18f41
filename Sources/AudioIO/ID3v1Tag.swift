/// ID3 tag of version 1 or 1.1: the last 128 bytes of an MP3 file.
enum ID3v1Tag {
  static let byteCount = 128

  /// Returns the texts of a tag; none if the tag is incomplete.
  static func tags(_ bytes: [UInt8]) -> [AudioTag] {
    guard bytes.count == byteCount else { return [] }
    func text(_ range: Range<Int>) -> String {
      let padded = AudioTag.text(from: bytes[range])
      return String(padded.reversed().drop { $0 == " " }.reversed())
    }
    // Version 1.1 ends the comment two bytes earlier, for the number of the track.
    let hasTrackNumber = bytes[125] == 0 && bytes[126] != 0
    let fields = [
      ("TITLE", text(3..<33)), ("ARTIST", text(33..<63)), ("ALBUM", text(63..<93)), ("DATE", text(93..<97)),
      ("COMMENT", text(97..<(hasTrackNumber ? 125 : 127))), ("TRACKNUMBER", hasTrackNumber ? "\(bytes[126])" : ""),
      ("GENRE", ID3Genres.name(Int(bytes[127])) ?? ""),
    ]
    return fields.filter { !$0.1.isEmpty }.map { AudioTag(name: $0.0, value: $0.1) }
  }
}

/// Text in which `ffmpeg` lists tags (documentation of ffmpeg-formats, section "Metadata").
enum FFmpegMetadata {
  /// Largest number of bytes of a list that is read.
  static let largestByteCount = 1 << 20
  private static let firstLine = ";FFMETADATA1\n"
  /// Names of Vorbis comments, keyed by the different names that ffmpeg uses.
  private static let names = ["DISC": "DISCNUMBER", "TRACK": "TRACKNUMBER", "PUBLISHER": "ORGANIZATION"]

  /// Returns the tags of the whole file, without the tags of its streams and chapters; none if the text is no list that
  /// `ffmpeg` wrote.
  static func tags(in bytes: [UInt8]) -> [AudioTag] {
    let text = AudioTag.text(from: bytes)
    guard text.hasPrefix(firstLine) else { return [] }
    var tags: [AudioTag] = []
    var name: String?
    var part = ""
    var isEscaped = false
    for character in text.dropFirst(firstLine.count).unicodeScalars {
      switch character {
      case _ where isEscaped:
        part.unicodeScalars.append(character)
        isEscaped = false
      case "\\":
        isEscaped = true
      case "=" where name == nil:
        (name, part) = (part, "")
      case "\n":
        // Sections of streams and chapters follow.
        if name == nil, part.hasPrefix("[") { return tags }
        if let name = name?.uppercased(), !part.isEmpty {
          tags.append(AudioTag(name: names[name] ?? name, value: part))
        }
        (name, part) = (nil, "")
      default:
        part.unicodeScalars.append(character)
      }
    }
    return tags
  }
}

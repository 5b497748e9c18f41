/// Text about a recording, such as its title.
public struct AudioTag: Equatable, Hashable, Sendable {
  /// Name of a Vorbis comment field in capitals, such as `TITLE`.
  public var name: String
  /// Text of the tag.
  public var value: String

  /// Creates a tag; `name` is converted to capitals.
  public init(name: String, value: String) {
    self.name = name.uppercased()
    self.value = value
  }

  /// Creates a tag from a Vorbis comment, `NAME=text`; `nil` for a picture and for bytes without `=` or without a name.
  init?(comment bytes: some Sequence<UInt8>) {
    let text = Self.text(from: bytes)
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else { return nil }
    self.init(name: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
    if name == "METADATA_BLOCK_PICTURE" { return nil }
  }

  /// RIFF INFO chunk names and the tag name of each (RIFF MCI specification; `ITRK` is common practice).
  static let infoChunkNames: [(chunk: String, name: String)] = [
    ("INAM", "TITLE"), ("IART", "ARTIST"), ("IPRD", "ALBUM"), ("ICRD", "DATE"), ("ITRK", "TRACKNUMBER"),
    ("IPRT", "TRACKNUMBER"), ("IGNR", "GENRE"), ("ICMT", "COMMENT"), ("ICOP", "COPYRIGHT"), ("ISFT", "SOFTWARE"),
  ]

  /// Joins tags from several sources; a tag is dropped if an earlier source has a tag with its name.
  static func firstOfEachSource(_ sources: [[AudioTag]]) -> [AudioTag] {
    sources.reduce(into: []) { tags, source in
      let names = Set(tags.map(\.name))
      tags += source.filter { !names.contains($0.name) }
    }
  }

  /// Decodes text up to the first NUL: as UTF-8 if valid, otherwise as Latin-1.
  static func text(from bytes: some Sequence<UInt8>) -> String {
    let content = Array(bytes.prefix { $0 != 0 })
    return String(validating: content, as: UTF8.self)
      ?? String(String.UnicodeScalarView(content.map { Unicode.Scalar($0) }))
  }
}

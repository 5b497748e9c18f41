/// One piece of text about a recording, such as its title.
public struct AudioTag: Equatable, Hashable, Sendable {
  /// A Vorbis comment field name in capitals, such as `TITLE`; see ``wellKnownNames``.
  public var name: String
  public var value: String

  /// `name` is stored in capitals.
  public init(name: String, value: String) {
    self.name = name.uppercased()
    self.value = value
  }

  /// The fields that all containers with tags can hold; others are kept where the container allows.
  public static let wellKnownNames = [
    "TITLE", "ARTIST", "ALBUM", "DATE", "TRACKNUMBER", "GENRE", "COMMENT", "COPYRIGHT", "LICENSE", "SOFTWARE",
  ]

  /// RIFF INFO chunk names, with the field each stands for (RIFF MCI specification; `ITRK` is common practice).
  static let infoChunkNames: [(chunk: String, name: String)] = [
    ("INAM", "TITLE"), ("IART", "ARTIST"), ("IPRD", "ALBUM"), ("ICRD", "DATE"), ("ITRK", "TRACKNUMBER"),
    ("IPRT", "TRACKNUMBER"), ("IGNR", "GENRE"), ("ICMT", "COMMENT"), ("ICOP", "COPYRIGHT"), ("ISFT", "SOFTWARE"),
  ]

  /// Text of unknown encoding: UTF-8 where it is valid, Latin-1 otherwise. Ends at the first NUL.
  static func text(from bytes: some Sequence<UInt8>) -> String {
    let content = Array(bytes.prefix { $0 != 0 })
    return String(validating: content, as: UTF8.self)
      ?? String(String.UnicodeScalarView(content.map { Unicode.Scalar($0) }))
  }
}

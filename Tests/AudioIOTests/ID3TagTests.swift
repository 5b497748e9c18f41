import AudioIO
import Signal
import TestSupport
import Testing

@Suite struct ID3TagTests {
  private static let frames: [UInt8] = (try? [UInt8](file: TestAudio.fixture("noise-then-tone.mp3"))) ?? []

  private static func tags(_ bytes: [UInt8]) throws -> [AudioTag] {
    let folder = try TemporaryFolder()
    return try AudioReader(path: folder.write(bytes, to: "tagged.mp3")).tags
  }

  /// Returns an ID3 tag of version 2.`version` with frames of raw content.
  private static func id3v2(_ version: UInt8 = 3, _ frames: [(name: String, content: [UInt8])]) -> [UInt8] {
    var body: [UInt8] = []
    for (name, content) in frames {
      body.text(name)
      if version == 2 {
        body += [UInt8(content.count >> 16), UInt8(content.count >> 8 & 0xFF), UInt8(content.count & 0xFF)]
      } else {
        body += [0, 0, UInt8(content.count / 128), UInt8(content.count % 128), 0, 0]
      }
      body += content
    }
    return Array("ID3".utf8) + [version, 0, 0, 0, 0, UInt8(body.count / 128), UInt8(body.count % 128)] + body
  }

  private static func latin1(_ text: String) -> [UInt8] { [0] + text.unicodeScalars.map { UInt8($0.value) } }

  private static func utf16(_ text: String) -> [UInt8] {
    [1, 0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
  }

  private static func id3v1(title: String, genre: UInt8) -> [UInt8] {
    var bytes = Array("TAG".utf8) + Array(title.utf8)
    bytes += [UInt8](repeating: 0x20, count: 33 - bytes.count)
    bytes += Array("Someone".utf8) + [UInt8](repeating: 0, count: 23) + [UInt8](repeating: 0, count: 30)
    return bytes + Array("1999".utf8) + [UInt8](repeating: 0, count: 28) + [0, 7, genre]
  }

  @Test func textFramesHaveTheNamesOfVorbisComments() throws {
    let named: [(frame: String, tag: String)] = [
      ("TIT2", "TITLE"), ("TPE1", "ARTIST"), ("TALB", "ALBUM"), ("TPE2", "ALBUMARTIST"), ("TCOM", "COMPOSER"),
      ("TRCK", "TRACKNUMBER"), ("TPOS", "DISCNUMBER"), ("TYER", "DATE"), ("TCOP", "COPYRIGHT"),
      ("TPUB", "ORGANIZATION"),
    ]
    let tag = Self.id3v2(3, named.map { ($0.frame, Self.utf16("Größe \($0.tag)")) } + [("TSSE", Self.latin1("LAME"))])
    #expect(
      try Set(Self.tags(tag + Self.frames)) == Set(named.map { AudioTag(name: $0.tag, value: "Größe \($0.tag)") }))
  }

  @Test func genresCommentsAndFurtherArtistsAreRead() throws {
    let tag = Self.id3v2(
      4,
      [
        ("TPE1", [3] + Array("One".utf8) + [0] + Array("Zwölf".utf8)), ("TCON", Self.latin1("(17)")),
        ("COMM", Self.latin1("eng") + [0] + Array("fine".utf8)),
        ("COMM", Self.latin1("engiTunNORM") + [0] + Array("0000".utf8)),
        ("TXXX", Self.latin1("comment") + [0] + Array("by ffmpeg".utf8)),
        ("TXXX", Self.latin1("replaygain_track_gain") + [0] + Array("-3 dB".utf8)),
      ])
    #expect(
      try Set(Self.tags(tag + Self.frames)) == [
        AudioTag(name: "ARTIST", value: "One"), AudioTag(name: "ARTIST", value: "Zwölf"),
        AudioTag(name: "GENRE", value: "Rock"), AudioTag(name: "COMMENT", value: "fine"),
        AudioTag(name: "COMMENT", value: "by ffmpeg"),
      ])
  }

  @Test func oldTagsAreRead() throws {
    let short = Self.id3v2(2, [("TT2", Self.latin1("Old")), ("TP1", Self.latin1("Ärger"))])
    #expect(
      try Set(Self.tags(short + Self.frames)) == [
        AudioTag(name: "TITLE", value: "Old"), AudioTag(name: "ARTIST", value: "Ärger"),
      ])
    let first = Self.id3v1(title: "A title", genre: 8)
    #expect(
      try Set(Self.tags(Self.frames + first)) == [
        AudioTag(name: "TITLE", value: "A title"), AudioTag(name: "ARTIST", value: "Someone"),
        AudioTag(name: "DATE", value: "1999"), AudioTag(name: "TRACKNUMBER", value: "7"),
        AudioTag(name: "GENRE", value: "Jazz"),
      ])
    // The longer text of version 2 counts.
    let both = Self.id3v2(3, [("TIT2", Self.latin1("A title of more than thirty characters"))])
    let titles = try Self.tags(both + Self.frames + first).filter { $0.name == "TITLE" }
    #expect(titles.map(\.value) == ["A title of more than thirty characters"])
  }

  @Test func tagsBeforeAndInWavAreRead() throws {
    let folder = try TemporaryFolder()
    let tag = Self.id3v2(3, [("TIT2", Self.latin1("Title"))])
    var wav = [UInt8].wav(riffByteCount: 40, dataByteCount: 4, data: [0, 64, 0, 32])
    let before = try AudioReader(path: folder.write(tag + wav, to: "before.wav"))
    #expect(before.tags == [AudioTag(name: "TITLE", value: "Title")])
    #expect(try before.readAll().channels == [[0.5, 0.25]])
    try before.rewind()
    #expect(try before.readAll().channels == [[0.5, 0.25]])
    let pipe = FilledPipe(bytes: tag + wav)
    #expect(try AudioReader(pipe).readAll().channels == [[0.5, 0.25]])
    wav.text("id3 ")
    wav.little(tag.count, 4)
    let inside = try AudioReader(path: folder.write(wav + tag, to: "inside.wav"))
    #expect(inside.tags == [AudioTag(name: "TITLE", value: "Title")])
    #expect(try inside.readAll().channels == [[0.5, 0.25]])
  }

  @Test func tagBeforeFLACIsSkipped() throws {
    let folder = try TemporaryFolder()
    let flac = try [UInt8](file: TestAudio.fixture("speech.flac"))
    let whole = try AudioReader(path: TestAudio.fixture("speech.flac")).readAll()
    let tag = Self.id3v2(3, [("TIT2", Self.latin1("Title"))])
    #expect(try AudioReader(path: folder.write(tag + flac, to: "a.flac")).readAll() == whole)
    let pipe = FilledPipe(bytes: tag + flac)
    #expect(try AudioReader(pipe).readAll() == whole)
  }

  /// libsndfile reads the text chunks of AIFF, but not an ID3 tag in it.
  @Test func tagInAIFFIsRead() throws {
    let folder = try TemporaryFolder()
    let writer = try AudioWriter(
      path: folder.file("a.aiff"), sampleRateHz: 8_000, channelCount: 1, tags: [AudioTag(name: "TITLE", value: "Own")])
    try writer.write(TestAudio.tones(sampleRateHz: 8_000, count: 1001))
    try writer.finish()
    let tag = Self.id3v2(
      3,
      [
        ("TIT2", Self.latin1("Other")), ("TPE2", Self.latin1("Choir")), ("TCOM", Self.latin1("Bach")),
      ])
    var bytes = try [UInt8](file: folder.file("a.aiff"))
    bytes += Array("ID3 ".utf8) + [0, 0, 0, UInt8(tag.count)] + tag + [UInt8](repeating: 0, count: tag.count % 2)
    let formByteCount = bytes.count - 8
    for index in 0..<4 { bytes[4 + index] = UInt8(formByteCount >> (24 - 8 * index) & 0xFF) }
    let reader = try AudioReader(path: folder.write(bytes, to: "tagged.aiff"))
    #expect(
      reader.tags
        == [("TITLE", "Own"), ("ALBUMARTIST", "Choir"), ("COMPOSER", "Bach")].map {
          AudioTag(name: $0.0, value: $0.1)
        })
    #expect(try reader.readAll().sampleCount == 1001)
  }
}

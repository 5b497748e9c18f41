import Bitstream
import Testing
import Tokens

@Suite struct StreamTagTests {
  @Test func fittingTagsCanBeEncoded() throws {
    let long = String(repeating: "ä", count: 16_384)
    let tags =
      [
        StreamTag(key: "TITLE", value: "a"), StreamTag(key: "", value: "no key"),
        StreamTag(key: "LYRICS", value: long), StreamTag(key: "TOO-LONG", value: long + "x"),
        StreamTag(key: String(repeating: "k", count: 256), value: ""),
        StreamTag(key: "FILLS", value: String(repeating: "y", count: 32_700)),
        StreamTag(key: "NO-ROOM", value: "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"),
      ] + (0..<300).map { StreamTag(key: "\($0)", value: "") }
    let fitting = StreamTag.fitting(tags)
    #expect(fitting.prefix(3).map(\.key) == ["TITLE", "LYRICS", "FILLS"])
    #expect(!fitting.contains { $0.key == "NO-ROOM" })
    var header = SampleStream.header()
    header.tags = fitting
    _ = try StreamEncoder(header: header)
  }
}

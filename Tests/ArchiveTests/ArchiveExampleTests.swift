import Archive
import Foundation
import ReferenceCases
import Testing

/// Tests of `formats/archive.md`, section 7: fixture, hex dump, table and reader agree.
@Suite struct ArchiveExampleTests {
  private func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

  @Test func writerReproducesTheExample() throws {
    let place = try ArchivePlace()
    let stream = try bytes(Fixtures.path("containers/valid/worked-example.vampc"))
    let start = try #require(ArchiveTime(rfc3339: "2026-11-23T12:00:00+01:00"))
    try place.writer().append("one", start, stream)
    #expect(try place.bytes() == bytes(Fixtures.path("archives/worked-example.vampa")))
  }

  @Test func readerReadsTheExample() throws {
    let reader = try ArchiveReader(try bytes(Fixtures.path("archives/worked-example.vampa")))
    let start = ArchiveTime(microseconds: 1_795_431_600_000_000, utcOffsetMinutes: 60)
    let expected = ArchivedRecording(
      name: "one", start: start, byteRange: 14..<78, sampleCount: 4_900, sampleRateHz: 48_000, state: .complete)
    #expect(try reader.all() == [expected])
    #expect(try reader.stream(named: "one") == bytes(Fixtures.path("containers/valid/worked-example.vampc")))
  }

  /// The document has the bytes twice: as a hex dump and field by field.
  @Test func documentShowsTheExample() throws {
    let document = try String(contentsOfFile: Fixtures.repositoryFolder + "/formats/archive.md", encoding: .utf8)
    let section = try #require(document.components(separatedBy: "## 7. Worked example").last)
    let parts = section.components(separatedBy: "```")
    try #require(parts.count == 3)
    let expected = try bytes(Fixtures.path("archives/worked-example.vampa"))
    func parsed(_ text: String) -> [UInt8] {
      text.split(whereSeparator: \.isWhitespace).compactMap { UInt8($0, radix: 16) }
    }
    #expect(parsed(parts[1]) == expected)
    var walked: [UInt8] = []
    for line in parts[2].split(separator: "\n") where line.hasPrefix("| `") {
      if line.contains("…") {
        // The stream is the worked example of `formats/container.md`.
        walked += expected[walked.count..<walked.count + 42]
      } else {
        walked += parsed(String(line.split(separator: "`")[1]))
      }
    }
    #expect(walked == expected)
  }
}

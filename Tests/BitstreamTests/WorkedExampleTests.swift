import Bitstream
import Foundation
import Testing
import Tokens

/// Tests of `formats/container.md`, section 10: fixture, hex dump, table and reader agree.
@Suite struct WorkedExampleTests {
  private static let sample = SampleStream(
    header: SampleStream.header(codebooks: 2, period: 2, rateHz: 48_000, gain: .whole(Gain(hundredthsDB: -350))),
    blocks: [
      StreamBlock(
        keeping: CompressionPrompt(codebookCount: 2, period: 2), firstFrame: 0, frameCount: 6,
        tokens: [0x155, 0x0F0, 0x3FF, 0x001, 0x200, 0x123])
    ],
    sampleCount: 4_900)

  @Test func theDocumentShowsTheFixture() throws {
    let fixture = try ContainerFixtures.read("valid/worked-example.vampc")
    let document = try ContainerFixtures.readText("../../formats/container.md")
    let section = try #require(document.components(separatedBy: "## 10. Worked example").last)
    let dump = section.components(separatedBy: "```")[1].split(whereSeparator: \.isWhitespace)
    #expect(dump.map { UInt8($0, radix: 16)! } == fixture)

    // The first column of the table, row by row, has the bytes of the file.
    let rows = section.components(separatedBy: "## 11.")[0].split(separator: "\n").filter { $0.hasPrefix("| `") }
    let cells = rows.flatMap { row in row.split(separator: "`")[1].split(separator: " ") }
    #expect(cells.map { UInt8($0, radix: 16)! } == fixture)
    #expect(rows.count == 17)
  }

  @Test func everyFieldIsWhereTheTableSays() throws {
    let bytes = try ContainerFixtures.read("valid/worked-example.vampc")
    var position = 0
    func take(_ count: Int) -> [UInt8] {
      defer { position += count }
      return [UInt8](bytes[position..<position + count])
    }
    /// Returns a varint of two bytes.
    func varint(_ value: Int) -> [UInt8] { [UInt8(0x80 | value & 0x7F), UInt8(value >> 7)] }
    #expect(take(3) == StreamFormat.sync)
    let kind = take(1)[0]
    #expect(kind >> 4 == UInt8(StreamFormat.version))
    #expect(kind & 15 == 0b1111)
    #expect(Int(take(1)[0]) == bytes.count - 5 - 4)
    #expect(take(1)[0] == 2 << 4 | 1)
    #expect(take(1)[0] == 0 << 7 | 1 << 5 | 1 << 4 | 9)
    #expect(take(1)[0] == 2 << 4 | 1)
    #expect(take(6) == SampleStream.codecHash.bytes)
    #expect(take(4) == SampleStream.generatorHash.bytes)
    #expect(take(1) == [2])
    #expect(take(2) == varint(699))
    #expect(take(2) == varint(4_900))
    let hashed: [UInt8] = [0x01, 0x55, 0x00, 0x01, 0x00, 0xF0, 0x02, 0x00, 0x03, 0xFF, 0x01, 0x23]
    #expect(take(4) == bigEndian(bitwiseCRC32(hashed)))
    #expect(take(3) == [0, 6, 0])
    let tokens: [UInt64] = [0x155, 0x0F0, 0x3FF, 0x001, 0x200, 0x123]
    let packed = tokens.reduce(0) { $0 << 10 | $1 } << 4
    #expect(take(8) == (0..<8).map { UInt8(truncatingIfNeeded: packed >> (56 - 8 * $0)) })
    #expect(take(4) == bigEndian(bitwiseCRC32(Array(bytes.dropLast(4)))))
    #expect(position == bytes.count)
  }

  @Test func readerAndWriterAgreeWithTheExample() throws {
    let bytes = try ContainerFixtures.read("valid/worked-example.vampc")
    #expect(try Self.sample.encoded() == bytes)
    let found = try events(of: bytes)
    #expect(found.headers == [Self.sample.header])
    #expect(found.blocks == Self.sample.blocks)
    #expect(found.trailers == [StreamTrailer(sampleCount: 4_900, tokenHash: 0xC005_AFC7)])

    let statistics = try StreamSummary.verify(bytes)[0].statistics
    #expect(statistics.headerByteCount == 16)
    #expect(statistics.trailerByteCount == 6)
    #expect(statistics.framingByteCount == 12)
    #expect(statistics.payloadByteCount == 8)
    #expect(statistics.tokenBitCount == 60)
  }
}

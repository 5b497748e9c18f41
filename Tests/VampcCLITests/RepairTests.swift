import Foundation
import Testing

/// `vampc repair` and what `vampc test` and `info` say of its work, through the binary.
@Suite struct RepairTests {
  /// Nine seconds in blocks of one, the fourth and the fifth of them spoilt.
  private func damaged(_ place: Workplace) throws {
    try place.encode("audio/speech.flac", as: "whole.vampc", "-k", "14", "--latency", "1")
    var bytes = try place.bytes("whole.vampc")
    bytes[3_700] ^= 1
    bytes[4_700] ^= 1
    try place.write(bytes, to: "bad.vampc")
  }

  @Test func leavesWhatIsWholeAlone() throws {
    let place = try Workplace()
    try place.encode("audio/speech.flac", as: "a.vampc")
    try place.shell("cat a.vampc a.vampc > two.vampc").expectSuccess()
    let result = try place.vampc("repair", "-o", "b.vampc", "two.vampc")
    result.expectSuccess()
    #expect(result.text.contains("no frame lost"), "\(result)")
    #expect(try place.bytes("b.vampc") == (try place.bytes("two.vampc")))
  }

  @Test func writesAStreamThatPassesAndSaysWhatIsLost() throws {
    let place = try Workplace()
    try damaged(place)
    let result = try place.vampc("repair", "-o", "ok.vampc", "bad.vampc")
    #expect(result.status == 2, "\(result)")
    #expect(result.errors.contains("vampc: warning: bad.vampc: "), "\(result)")
    let info = try place.info("ok.vampc")
    let lost = try info.double("lost_seconds")
    #expect((0.9...3.1).contains(lost))
    #expect(result.text.contains(String(format: "%.2f s lost: ", lost)), "\(result)")
    #expect(try info.int("sample_count") == 197_721)
    let test = try place.vampc("test", "ok.vampc")
    test.expectSuccess()
    #expect(test.text.contains("are marked as lost"), "\(test)")
    // A decoder takes it as any other stream, as long as the original.
    try place.vampc("decode", "-q", "ok.vampc").expectSuccess()
    #expect(try place.audio("ok.wav").sampleCount == 197_721)
    let decoded = try place.vampc("decode", "-q", "bad.vampc")
    #expect(decoded.status == 2, "\(decoded)")
    #expect(try place.bytes("bad.wav") == (try place.bytes("ok.wav")))
  }

  @Test func repairsInAPipe() throws {
    let place = try Workplace()
    try damaged(place)
    _ = try place.shell("$VAMPC repair -q - < bad.vampc > ok.vampc")
    try place.vampc("repair", "-q", "-o", "again.vampc", "ok.vampc").expectSuccess()
    #expect(try place.bytes("again.vampc") == (try place.bytes("ok.vampc")))
  }

  @Test func refusesWhatHoldsNothing() throws {
    let place = try Workplace()
    try place.write(Array("no stream at all".utf8), to: "a.vampc")
    let result = try place.vampc("repair", "-o", "b.vampc", "a.vampc")
    result.expectError(65, "a.vampc: ")
    try place.vampc("repair", "a.vampc").expectError(64, "needs -o")
    #expect(try place.names() == ["a.vampc"])
  }

  @Test func testSaysWhatItProvesForProgramsToo() throws {
    let place = try Workplace()
    try damaged(place)
    let whole = try Figures(try place.vampc("test", "--json", "whole.vampc").output)
    #expect(try whole.bool("intact"))
    #expect(try whole.int("blocks") == (try place.info("whole.vampc").int("blocks")))
    #expect(try whole.strings("token_hashes").count == 1)
    let bad = try place.vampc("test", "--json", "bad.vampc")
    #expect(bad.status == 65, "\(bad)")
    let figures = try Figures(bad.output)
    #expect(try !figures.bool("intact"))
    #expect(try figures.string("fault") == "bad-checksum")
    #expect((2_600...3_700).contains(try figures.int("byte_offset")))
  }
}

import Foundation
import Testing

/// `vampc trim` through the binary.
@Suite struct TrimTests {
  @Test(arguments: [[4, 1], [4, 8], [1, 12]])
  func equalsTheEncodingOfTheSameFile(kept: [Int]) throws {
    let place = try Workplace()
    let options = ["-k", "\(kept[0])", "-p", "\(kept[1])"]
    try place.encode("audio/music.flac", as: "whole.vampc", "-k", "14", "--seed", "7")
    try place.encode(
      "audio/music.flac", as: "direct.vampc", options[0], options[1], options[2], options[3], "--seed", "7",
      "--loudness", "codec")
    try place.start(["trim", "-q"] + options + ["-o", "trimmed.vampc", "whole.vampc"]).wait().expectSuccess()
    #expect(try place.bytes("trimmed.vampc") == (try place.bytes("direct.vampc")))
    #expect(try place.bytes("trimmed.vampc").count < (try place.bytes("whole.vampc").count))
  }

  @Test func worksInAPipe() throws {
    let place = try Workplace()
    try place.encode("audio/speech.flac", as: "whole.vampc", "-k", "14")
    let script = "cat whole.vampc whole.vampc | $VAMPC trim -q -k 2 - | $VAMPC trim -q -p 4 - > small.vampc"
    try place.shell(script).expectSuccess()
    try place.shell("$VAMPC trim -q -k 2 -p 4 -o - whole.vampc > once.vampc").expectSuccess()
    let info = try place.vampc("info", "--json", "small.vampc")
    #expect(info.text.contains("\"stream\": 1") && !info.text.contains("\"stream\": 2"), "\(info)")
    let once = try place.info("once.vampc")
    #expect(try once.int("codebooks") == 2)
    #expect(try once.int("period") == 4)
    #expect(try once.int("sample_count") == 197_721)
    try place.vampc("test", "-q", "small.vampc", "once.vampc").expectSuccess()
  }

  @Test func capsBlocksWhereLatencyMatters() throws {
    let place = try Workplace()
    try place.encode("audio/speech.flac", as: "whole.vampc", "-k", "14")
    try place.vampc("trim", "-q", "-k", "1", "--latency", "2", "-o", "a.vampc", "whole.vampc").expectSuccess()
    let info = try place.info("a.vampc")
    #expect(try info.double("longest_block_seconds") <= 2)
    #expect(try info.int("usual_blocks") == 1)
    #expect(try info.int("usual_bytes") < info.int("bytes"))
    let text = try place.vampc("info", "a.vampc").text
    #expect(text.contains("of the usual length: 1 block, ") && text.contains(" % less"), "\(text)")
    try place.vampc("trim", "-q", "-k", "1", "-o", "b.vampc", "whole.vampc").expectSuccess()
    #expect(try place.bytes("b.vampc").count == (try info.int("usual_bytes")))
  }

  @Test func refusesWhatCannotBe() throws {
    let place = try Workplace()
    try place.encode("audio/edge/one-hop.wav", as: "a.vampc", "-k", "14", "-p", "3")
    try place.vampc("trim", "-p", "4", "-o", "b.vampc", "a.vampc")
      .expectError(64, "a.vampc: ", "1 frame in 3", "3, 6, 9")
    try place.vampc("trim", "-k", "4", "a.vampc").expectError(64, "needs -o")
    try place.vampc("trim", "-o", "b.vampc", "a.vampc").expectError(64, "-k, -p or --latency")
    try place.vampc("trim", "-k", "0", "-o", "b.vampc", "a.vampc").expectError(64, "-k")
    try place.vampc("trim", "-k", "2", "-o", "a.vampc", "-f", "a.vampc").expectError(1, "a.vampc")
    try place.write(try place.bytes("a.vampc").dropLast(), to: "cut.vampc")
    try place.vampc("trim", "-k", "2", "-o", "b.vampc", "cut.vampc").expectError(65, "cut.vampc: ")
    #expect(try place.names() == ["a.vampc", "cut.vampc"])
  }
}

import Foundation
import ReferenceCases
import Testing

/// Standard input and standard output.
@Suite struct PipeTests {
  @Test func worksInThePipelineOfTheManual() throws {
    let place = try Workplace()
    try place.take("audio/edge/mono-8khz.wav", as: "a.wav")
    let result = try place.shell(#"cat a.wav | "$VAMPC" encode - -o - | "$VAMPC" decode - -o - > b.wav"#)
    #expect(result.status == 0, "\(result)")
    #expect(result.output.isEmpty)
    // What each of the two did, as standard output carries the audio.
    #expect(result.errorLines.count == 2, "\(result)")
    #expect(try place.audio("b.wav") == AudioSize(sampleCount: 8_000, sampleRateHz: 8_000, channelCount: 1))
  }

  @Test func takesStandardOutputForStandardInput() throws {
    let place = try Workplace()
    try place.take("audio/speech.flac", as: "a.flac")
    let result = try place.shell(#""$VAMPC" encode -q -b 2k - < a.flac | "$VAMPC" decode -q - > b.wav"#)
    result.expectSuccess()
    #expect(try place.audio("b.wav").sampleCount == 197_721)
  }

  @Test func readsWavWithoutALength() throws {
    let place = try Workplace()
    try place.take("audio/edge/unknown-length.wav", as: "a.wav")
    try place.shell(#"cat a.wav | "$VAMPC" encode -q - -o a.vampc"#).expectSuccess()
    #expect(try place.info("a.vampc").int("sample_count") == 1_536)
  }

  @Test func readsRawSamples() throws {
    let place = try Workplace()
    try place.write([UInt8](repeating: 0, count: 4 * 5_000), to: "a.raw")
    try place.shell(#"cat a.raw | "$VAMPC" encode -q --raw 48000:2:s16le - > a.vampc"#).expectSuccess()
    let info = try place.info("a.vampc")
    #expect(try info.int("sample_count") == 5_000)
    #expect(try info.int("source_sample_rate_hz") == 48_000)
    #expect(try info.int("source_channels") == 2)
  }

  @Test func aPipeIsLevelledBlockByBlock() throws {
    let place = try Workplace()
    try place.take("audio/speech.flac", as: "a.flac")
    try place.shell(#"cat a.flac | "$VAMPC" encode -q - -o spooled.vampc"#).expectSuccess()
    try place.shell(
      #""$VAMPC" decode -q -o a.wav spooled.vampc && cat a.wav | "$VAMPC" encode -q --latency 2 - > b.vampc"#
    )
    .expectSuccess()
    #expect(try place.info("spooled.vampc").string("gain_mode") == "whole")
    let info = try place.info("b.vampc")
    #expect(try info.string("gain_mode") == "block")
    // 8.97 s in blocks of at most 2 s.
    #expect(try info.int("blocks") >= 5)
    try place.vampc("decode", "-q", "-o", "b.wav", "b.vampc").expectSuccess()
    #expect(try place.audio("b.wav").sampleCount == 197_721)
  }

  @Test func severalInputsFollowEachOtherInStandardOutput() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    try place.take("audio/edge/one-hop-plus-1.wav", as: "b.wav")
    try place.shell(#""$VAMPC" encode -q -o - a.wav b.wav > both.vampc"#).expectSuccess()
    let streams = try place.vampc("info", "--json", "both.vampc")
    #expect(try JSONDecoder().decode([[String: Figures.Value]].self, from: streams.output).count == 2)
    try place.vampc("test", "both.vampc").expectSuccess()
    try place.vampc("decode", "-q", "both.vampc").expectSuccess()
    #expect(try place.audio("both.wav").sampleCount == 768 + 769)
    try place.vampc("decode", "-o", "-", "both.vampc", "both.vampc").expectError(64, "-o - takes one input")
  }

  @Test func refusesToWriteBinaryToATerminal() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    // `script` gives the command a terminal.
    let result = try place.shell(#"script -qec "'$VAMPC' encode -o - a.wav" /dev/null"#)
    #expect(result.status == 64, "\(result)")
    #expect(result.text.contains("vampc: error: standard output: is a terminal"), "\(result)")
  }

  @Test func showsProgressOnATerminalAlone() throws {
    let place = try Workplace()
    try place.encode("audio/speech.flac", as: "a.vampc", "-b", "50")
    let shown = try place.shell(#"script -qec "'$VAMPC' decode -o a.wav a.vampc" /dev/null"#)
    #expect(shown.status == 0)
    #expect(shown.text.contains("decoding 0:0"), "\(shown)")
    let hidden = try place.shell(#"script -qec "'$VAMPC' decode --no-progress -o b.wav a.vampc" /dev/null"#)
    #expect(hidden.status == 0)
    #expect(!hidden.text.contains("decoding 0:0"), "\(hidden)")
    try place.vampc("decode", "-o", "c.wav", "a.vampc").expectSuccess()
  }

  /// As in other filters: `head` has what it wanted.
  @Test(arguments: ["decode -q -o - a.vampc", "tokens -q -o - --header a.json a.vampc", "encode -q -o - a.flac a.flac"])
  func aReaderThatGoesAwayEndsTheWorkInSilence(command: String) throws {
    let place = try Workplace()
    try place.take("audio/speech.flac", as: "a.flac")
    try place.encode("audio/speech.flac", as: "a.vampc")
    let names = try place.names()
    let result = try place.shell(#"{ sleep 0.3; "$VAMPC" "# + command + #"; echo "status $?" >&2; } | true"#)
    #expect(result.errorLines == ["status 141"], "\(result)")
    #expect(try place.names() == names)
  }

  @Test func linesThatNobodyReadsEndTheWorkInSilence() throws {
    let place = try Workplace()
    let result = try place.shell(
      #"{ sleep 0.3; "$VAMPC" encode --help; echo "status $?" >&2; } | true"#)
    #expect(result.errorLines == ["status 141"], "\(result)")
  }

  /// The line about the result would be part of the data.
  @Test(arguments: ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "data"])
  func standardOutputByAnotherNameCarriesNothingElse(name: String) throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    try place.vampc("encode", "-q", "-o", "expected", "a.wav").expectSuccess()
    let encoded = try place.shell(#""$VAMPC" encode -o "# + name + #" a.wav > data"#)
    #expect(encoded.status == 0, "\(encoded)")
    #expect(encoded.errorLines.count == 1 && encoded.errors.hasPrefix("a.wav -> standard output: "), "\(encoded)")
    #expect(try place.bytes("data") == place.bytes("expected"))
    // Behind a pipe, the name of a file is that of a file, which exists already.
    let piped = try place.shell(
      #"{ "$VAMPC" encode -o "# + name + #" a.wav; echo "status $?" >&2; } | cat > piped"#)
    #expect(piped.errorLines.last == (name == "data" ? "status 1" : "status 0"), "\(piped)")
    if name != "data" { #expect(try place.bytes("piped") == place.bytes("expected")) }
    let decoded = try place.shell(#""$VAMPC" decode -o "# + name + #" expected > data"#)
    #expect(decoded.status == 0, "\(decoded)")
    #expect(try place.audio("data").sampleCount == 768)
  }

  /// A file would get the descriptor of the missing stream, and with it whatever is meant for the stream.
  @Test func missingStandardStreamsAreErrorsOfTheirUse() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    try place.shell(#"timeout 60 "$VAMPC" encode -o b.vampc - <&-"#)
      .expectError(1, "standard input: read failed at sample 0: Bad file descriptor")
    try place.shell(#""$VAMPC" test - <&-"#).expectError(
      1, "standard input: read failed at byte 0: Bad file descriptor")
    try place.shell(#""$VAMPC" encode -q - < a.wav >&-"#)
      .expectError(1, "standard output: write failed: Bad file descriptor")
    #expect(try place.names() == ["a.wav"])
    // The file is made, but what there is to say about it cannot be said.
    #expect(try place.shell(#""$VAMPC" encode a.wav >&- 2>&-"#).status == 1)
    #expect(try place.shell(#""$VAMPC" encode -q -f a.wav <&- >&- 2>&-"#).status == 0)
    try place.vampc("test", "-q", "a.vampc").expectSuccess()
    #expect(try place.names() == ["a.vampc", "a.wav"])
  }
}

import Foundation
import ReferenceCases
import Testing

/// Encoding of inputs whose headers state a wrong length, or none.
@Suite struct WrongLengthTests {
  private static func fixture(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("audio/" + name))))
  }

  /// Joined files, a variable bitrate without the info frame of 417 bytes, and a stream from the middle, with no word of
  /// libmpg123.
  @Test func everyFrameOfMP3IsEncodedInSilence() throws {
    let place = try Workplace()
    let bytes = try Self.fixture("noise-then-tone.mp3")
    let cases: [(bytes: [UInt8], sampleCount: Int)] = [
      (bytes + bytes, 2 * 52_920), (Array(bytes[417...]), 47 * 1152), (Array(bytes[1000...]), 46 * 1152),
    ]
    for (bytes, sampleCount) in cases {
      try place.write(bytes, to: "a.mp3")
      for input in ["a.mp3", "-"] {
        let result = try place.vampc(
          "encode", "-q", "-f", "-k", "1", "-o", "a.vampc", input, input: place.path("a.mp3"))
        result.expectSuccess()
        #expect(result.errorLines == [])
        #expect(try place.info("a.vampc").int("sample_count") == sampleCount)
      }
    }
  }

  /// arecord writes 0x80000000 as the size into a pipe.
  @Test func recordingFromArecordIsEncoded() throws {
    let place = try Workplace()
    var wav = try Array(Self.fixture("edge/silence.wav").prefix(44))
    wav.replaceSubrange(4..<8, with: [0x24, 0, 0, 0x80])
    wav.replaceSubrange(40..<44, with: [0, 0, 0, 0x80])
    try place.write(wav + [UInt8](repeating: 0, count: 30_000), to: "a.wav")
    try place.vampc("encode", "-q", "-k", "1", "-o", "a.vampc", "-", input: place.path("a.wav")).expectSuccess()
    #expect(try place.info("a.vampc").int("sample_count") == 15_000)
  }

  @Test func bytesThatAreNotReadAreCounted() throws {
    let place = try Workplace()
    let wav = try Self.fixture("edge/mono-8khz.wav")
    try place.write(wav + wav, to: "a.wav")
    let result = try place.vampc("encode", "-q", "-k", "1", "a.wav")
    #expect(result.status == 0, "\(result)")
    #expect(result.errorLines == ["vampc: warning: a.wav: 16044 bytes behind the samples are not read"])
    #expect(try place.info("a.vampc").int("sample_count") == 8000)
  }
}

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
}

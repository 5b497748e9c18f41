import AudioIO
import Foundation
import ReferenceCases
import Signal
import Testing

/// `decode --from --to`, losses and other formats, with the default model.
@Suite struct PartTests {
  private func samples(_ place: Workplace, _ name: String) throws -> AudioBuffer {
    try AudioReader(path: place.path(name)).readAll()
  }

  @Test(arguments: [("14", "1", "mono"), ("4", "1", "keep"), ("1", "4", "mono")])
  func aPartIsThatStretchOfTheWhole(codebooks: String, period: String, channels: String) throws {
    let place = try Workplace()
    // Eight seconds at the codec's rate, where every bit counts.
    let music = try AudioReader(path: Fixtures.path("audio/music.flac")).readAll()
    let rate = music.sampleRateHz
    let source = try Resampler.resample(music.slice(5 * rate..<13 * rate), to: 44_100)
    let writer = try AudioWriter(
      path: place.path("a.wav"), sampleRateHz: 44_100, channelCount: source.channelCount)
    try writer.write(source)
    try writer.finish()
    try place.vampc(
      "encode", "-q", "-k", codebooks, "-p", period, "--channels", channels, "--latency", "1", "a.wav"
    ).expectSuccess()
    try place.vampc("decode", "-q", "-o", "whole.wav", "a.vampc").expectSuccess()
    let whole = try samples(place, "whole.wav")
    for (from, to, range) in [("0:03.25", "4.5", 143_325..<198_450), ("6", "0:00:07", 264_600..<308_700)] {
      try place.vampc("decode", "-q", "-f", "--from", from, "--to", to, "-o", "part.wav", "a.vampc").expectSuccess()
      #expect(try samples(place, "part.wav") == whole.slice(range))
      try place.shell(#"cat a.vampc | "$VAMPC" decode -q --from \#(from) --to \#(to) - > piped.wav"#).expectSuccess()
      #expect(try samples(place, "piped.wav") == whole.slice(range))
    }
    try place.vampc("decode", "-q", "-f", "--from", "7.5", "-o", "part.wav", "a.vampc").expectSuccess()
    #expect(try samples(place, "part.wav") == whole.slice(330_750..<whole.sampleCount))
    try place.vampc("decode", "-q", "-f", "--to", "0.5", "-o", "part.wav", "a.vampc").expectSuccess()
    #expect(try samples(place, "part.wav") == whole.slice(0..<22_050))
  }

  @Test func refusesTimesThatAreNone() throws {
    let place = try Workplace()
    try place.encode("audio/speech.flac", as: "a.vampc")
    for time in ["x", "1:60", "1:2:3:4", "", "1.5:00", "1e3", ":30", "-1"] {
      let result = try place.vampc("decode", "--from=\(time)", "-o", "b.wav", "a.vampc")
      #expect(result.status == 64, "\(time): \(result)")
    }
    #expect(try place.vampc("decode", "--from", "3", "--to", "3", "a.vampc").status == 64)
    try place.vampc("decode", "--from", "9", "-o", "b.wav", "a.vampc")
      .expectError(64, "a.vampc: nothing to decode there: it ends after 8.966")
    try place.shell(#"cat a.vampc | "$VAMPC" decode --from 9 -o b.wav -; echo "status $?" >&2"#).errorLines.last
      .map { #expect($0 == "status 64") }
    #expect(!place.exists("b.wav"))
  }

  @Test func saysWhichSecondsWereLostAndImaginesThem() throws {
    let place = try Workplace()
    try place.encode("audio/speech.flac", as: "a.vampc", "-b", "8k", "--latency", "1")
    try place.vampc("decode", "-q", "-o", "whole.wav", "a.vampc").expectSuccess()
    let intact = try samples(place, "whole.wav")
    var bytes = try place.bytes("a.vampc")
    bytes[bytes.count / 2] ^= 0x10
    try place.write(bytes, to: "b.vampc")
    let result = try place.vampc("decode", "-q", "-o", "b.wav", "b.vampc")
    #expect(result.status == 2, "\(result)")
    #expect(result.errors.contains("vampc: warning: b.vampc: damaged: checksum"), "\(result)")
    #expect(result.errors.contains("; lost from 3.62 to 4.53 s"), "\(result)")
    let found = try samples(place, "b.wav")
    #expect(found.sampleCount == intact.sampleCount)
    #expect(found.slice(0..<60_000) == intact.slice(0..<60_000))
    #expect(found.slice(140_000..<intact.sampleCount) == intact.slice(140_000..<intact.sampleCount))
    #expect(found != intact)
    try place.vampc("decode", "-q", "--no-generate", "-o", "c.wav", "b.vampc")
      .expectStatus(2)
    #expect(try samples(place, "c.wav") != found)
    // A part without the loss is as good as new.
    try place.vampc("decode", "-q", "--from", "0.5", "--to", "1.5", "-o", "d.wav", "b.vampc").expectSuccess()
  }

  @Test func streamsOfOtherFormatsFollowEachOther() throws {
    let place = try Workplace()
    try place.encode("audio/edge/mono-8khz.wav", as: "a.vampc")
    try place.encode("audio/edge/six-channels-96khz.wav", as: "b.vampc", "--channels", "keep", "-b", "48k")
    try place.shell("cat a.vampc b.vampc a.vampc > all.vampc").expectSuccess()
    let result = try place.vampc("decode", "-q", "all.vampc")
    #expect(result.status == 0, "\(result)")
    #expect(
      result.errorLines == [
        "vampc: warning: all.vampc: stream 2 has 6 channels at 96000 Hz: converted to the first stream's 1 channel at 8000 Hz"
      ], "\(result)")
    // 9 600 samples at 96 kHz are 800 at 8 kHz.
    #expect(try place.audio("all.wav") == AudioSize(sampleCount: 16_800, sampleRateHz: 8_000, channelCount: 1))
  }

  /// The decoder is heard while the encoder is still listening.
  @Test func soundComesBeforeTheInputEnds() throws {
    let place = try Workplace()
    let twelveSeconds = (0..<44_100 * 12).flatMap { index -> [UInt8] in
      let value = UInt16(bitPattern: Int16(8_000 * sin(Double(index) * 0.05)))
      return [UInt8(value & 0xFF), UInt8(value >> 8)]
    }
    try place.write(twelveSeconds, to: "first.raw")
    try place.write([UInt8](repeating: 0, count: 88_200), to: "rest.raw")
    // The rest is not sent before something is heard.
    let result = try place.shell(
      #"""
      { cat first.raw; i=0; while [ ! -e heard ] && [ $i -lt 600 ]; do sleep 0.1; i=$((i + 1)); done
        [ -e heard ] && cat rest.raw; } \
        | "$VAMPC" encode -q --raw 44100:1:s16le -k 14 --latency 2 - | "$VAMPC" decode -q - \
        | { head -c 4000 > begin.wav; : > heard; cat > rest.wav; }
      """#)
    result.expectSuccess()
    #expect(try place.bytes("begin.wav").count + place.bytes("rest.wav").count == 44 + 2 * 44_100 * 13)
  }
}

extension ChildResult {
  fileprivate func expectStatus(_ status: Int32, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(self.status == status, "\(self)", sourceLocation: sourceLocation)
  }
}

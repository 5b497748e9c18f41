import AudioIO
import Evaluation
import OpusBaseline
import ReferenceCases
import Signal
import Testing
import Tokens
import VampcKit

/// Tests of the flags: defects planted into real decodes, and decodes without defects.
@Suite struct PlantedFaultTests {
  private let speech: AudioBuffer

  init() throws {
    let source = try AudioReader(path: try Fixtures.path("audio/speech.flac")).readAll()
    speech = try Resampler.resample(source, to: OpusCodec.sampleRateHz)
  }

  private func opus(_ bitrateBps: Int) throws -> AudioBuffer {
    try OpusCodec.roundTrip(speech, settings: OpusSettings(bitrateBps: bitrateBps)).decoded
  }

  private func changed(_ audio: AudioBuffer, _ change: ([Float]) -> [Float]) -> AudioBuffer {
    AudioBuffer(channels: audio.channels.map(change), sampleRateHz: audio.sampleRateHz)
  }

  /// Opus cannot code at 1 kbit/s and writes silence without an error.
  @Test func aSilentOpusStreamIsFlagged() throws {
    let found = try ClipMeasurement(of: opus(1_000), from: speech)
    #expect(found.flags.contains(.silent) && found.lag == nil, "\(found.flags)")
  }

  @Test func aClippedDecodeIsFlagged() throws {
    let decoded = try opus(12_000)
    #expect(try ClipMeasurement(of: decoded, from: speech).flags == [])
    let atFullScale = changed(decoded) { $0.map { min(1, max(-1, 4 * $0)) } }
    #expect(try ClipMeasurement(of: atFullScale, from: speech).flags.contains(.clipped))
    let below = changed(decoded) { $0.map { min(0.2, max(-0.2, $0)) } }
    #expect(try ClipMeasurement(of: below, from: speech).flags.contains(.clipped))
  }

  /// A delay of 48 samples, 1 ms, is flagged. SILK's own delay of 1 to 5 samples is not.
  @Test(arguments: [6_000, 12_000]) func aShiftedDecodeIsFlagged(bitrateBps: Int) throws {
    let decoded = try opus(bitrateBps)
    let measured = try ClipMeasurement(of: decoded, from: speech)
    let aligned = try #require(measured.lag)
    #expect(!measured.flags.contains(.shifted) && abs(aligned.lagSamples) <= 6)
    let late = changed(decoded) { [Float](repeating: 0, count: 48) + $0.dropLast(48) }
    let early = changed(decoded) { $0.dropFirst(48) + [Float](repeating: 0, count: 48) }
    for shifted in [late, early] {
      let found = try ClipMeasurement(of: shifted, from: speech)
      #expect(found.flags.contains(.shifted), "\(found.flags)")
    }
    #expect(try ClipMeasurement(of: late, from: speech).lag?.lagSamples == aligned.lagSamples + 48)
  }

  /// Kept tokens are decoded without a delay; for generated music no delay can be told.
  @Test func theDefaultModelIsInStep() throws {
    let kept = try DefaultModelRun("audio/music.flac", EncoderSettings())
    let found = try ClipMeasurement(of: kept.decoded, from: kept.source)
    #expect(try !#require(found.lag).isShifted && !found.flags.contains(.shifted))
    let prompt = CompressionPrompt(codebookCount: 1, period: 12)
    let generated = try DefaultModelRun("audio/music.flac", EncoderSettings(rate: .prompt(prompt)))
    #expect(try ClipMeasurement(of: generated.decoded, from: generated.source).lag == nil)
  }
}

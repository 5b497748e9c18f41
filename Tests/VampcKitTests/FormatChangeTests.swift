import Bitstream
import Signal
import Testing
import Tokens
import VampcKit

/// Concatenated streams of other rates and channels: one legal input, brought to the format of the first.
@Suite struct FormatChangeTests {
  private func stream(
    _ bench: Workbench, _ model: Model, sampleCount: Int, sampleRateHz: Int, channelCount: Int, codebooks: Int = 5
  ) throws -> [UInt8] {
    // Soft, so that the limiter has nothing to do.
    var source = music(sampleCount: sampleCount, sampleRateHz: sampleRateHz, channelCount: channelCount)
    for channel in 0..<channelCount { source.channels[channel] = source.channels[channel].map { $0 * 0.02 } }
    let path = try bench.write(source)
    return try bench.encode(
      path, model,
      EncoderSettings(rate: .prompt(CompressionPrompt(codebookCount: codebooks)), channels: .keep, latencySeconds: 1))
  }

  @Test func laterStreamsComeInTheFormatOfTheFirst() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let bench = try Workbench()
    let formats = [(44_100, 2), (48_000, 1), (44_100, 1), (22_050, 6), (44_100, 2)]
    let streams = try formats.map { rate, channels in
      try stream(bench, model, sampleCount: 2 * rate + 7, sampleRateHz: rate, channelCount: channels)
    }
    let (audio, report) = try bench.decode(streams.flatMap { $0 }, tiny.library)
    let alone = try streams.map { try bench.decode($0, tiny.library).audio }
    #expect(!report.hasDamage && report.headers.count == 5)
    let changes = report.notices.filter { if case .formatChanges = $0 { true } else { false } }
    #expect(changes.count == 3)
    #expect(
      changes.first?.description
        == "stream 2 has 1 channel at 48000 Hz: converted to the first stream's 2 channels at 44100 Hz")
    let lengths =
      [88_207, Resampler.outputCount(forInputCount: 96_007, inputRateHz: 48_000, outputRateHz: 44_100)]
      + [88_207, 88_214, 88_207]
    #expect(audio.sampleCount == lengths.reduce(0, +))
    #expect(audio.sampleRateHz == 44_100 && audio.channelCount == 2)
    var start = 0
    let parts = lengths.map { length in
      defer { start += length }
      return audio.slice(start..<start + length)
    }
    #expect(parts[0] == alone[0] && parts[4] == alone[4])
    // At the codec's rate already: its one channel goes into both.
    #expect(parts[2].channels[0] == alone[2].channels[0] && parts[2].channels[1] == alone[2].channels[0])
    #expect(parts[1].channels[0] == parts[1].channels[1])
    // Six channels go as their mean into both.
    #expect(parts[3].channels[0] == parts[3].channels[1])

    // By way of the stream's own rate the same sound comes out, below where either resampler begins to cut.
    let (direct, detour) = (
      try Resampler.resample(parts[1], to: 16_000), try Resampler.resample(alone[1], to: 16_000)
    )
    let error = zip(direct.channels[0], detour.channels[0]).dropFirst(1_000).prefix(30_000).map { abs($0 - $1) }
    #expect((error.max() ?? 1) < 1e-3 * detour.samplePeak)
  }

  @Test func stereoBecomesItsMeanInAMonoOutput() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let bench = try Workbench()
    let mono = try stream(bench, model, sampleCount: 30_000, sampleRateHz: 44_100, channelCount: 1)
    let stereo = try stream(bench, model, sampleCount: 30_000, sampleRateHz: 44_100, channelCount: 2)
    let both = try bench.decode(mono + stereo, tiny.library).audio
    let alone = try bench.decode(stereo, tiny.library).audio
    #expect(both.channelCount == 1 && both.sampleCount == 60_000)
    let mean = alone.downmixedToMono().channels[0]
    let found = both.slice(30_000..<60_000).channels[0]
    #expect(zip(found, mean).allSatisfy { abs($0 - $1) < 1e-6 })
  }
}

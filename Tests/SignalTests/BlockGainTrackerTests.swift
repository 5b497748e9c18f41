import Glibc
import Signal
import Testing
import Tokens

@Suite struct BlockGainTrackerTests {
  private static let rate = 8000

  private static func tone(_ amplitude: Float, seconds: Double) -> [Float] {
    (0..<Int(seconds * Double(rate))).map { amplitude * Float(sin(2 * .pi * 1000 * Double($0) / Double(rate))) }
  }

  private static func gains(_ samples: [Float], blockSeconds: Double, chunkLength: Int = 1000) throws -> [Gain] {
    let tracker = try BlockGainTracker(
      channelCount: 1, sampleRateHz: rate, blockSampleCount: Int(blockSeconds * Double(rate)),
      normalisation: LoudnessNormalisation(targetLUFS: -24))
    var gains: [Gain] = []
    for start in stride(from: 0, to: samples.count, by: chunkLength) {
      let chunk = Array(samples[start..<min(start + chunkLength, samples.count)])
      gains += try tracker.add(AudioBuffer(channels: [chunk], sampleRateHz: rate))
    }
    return gains + (try tracker.finish())
  }

  /// Applies the curves that a decoder would build from the gains.
  private static func normalised(_ samples: [Float], _ gains: [Gain], blockSeconds: Double) -> [Float] {
    let length = Int(blockSeconds * Double(rate))
    var result: [Float] = []
    for (index, gain) in gains.enumerated() {
      let chunk = Array(samples[index * length..<min((index + 1) * length, samples.count)])
      var block = AudioBuffer(channels: [chunk], sampleRateHz: rate)
      GainCurve(start: index == 0 ? gain : gains[index - 1], end: gain, sampleCount: length).apply(to: &block)
      result += block.channels[0]
    }
    return result
  }

  @Test func steadyToneGetsOneGain() throws {
    let gains = try Self.gains(Self.tone(0.5, seconds: 10.5), blockSeconds: 2)
    #expect(gains.count == 6)
    let meter = try LoudnessMeter(channelCount: 1, sampleRateHz: Self.rate)
    try meter.add(AudioBuffer(channels: [Self.tone(0.5, seconds: 10)], sampleRateHz: Self.rate))
    let loudness = try #require(meter.integratedLoudnessLUFS)
    for gain in gains { #expect(abs(gain.decibels - (-24 - loudness)) < 0.1) }
  }

  @Test func chunkSizeChangesNothing() throws {
    let samples = Self.tone(0.1, seconds: 4) + Self.tone(0.9, seconds: 5) + Self.tone(0.02, seconds: 6)
    let expected = try Self.gains(samples, blockSeconds: 2)
    for length in [1, 799, 50_000, 1_000_000] {
      #expect(try Self.gains(samples, blockSeconds: 2, chunkLength: length) == expected)
    }
  }

  @Test func silenceKeepsTheGainBeforeIt() throws {
    #expect(try Self.gains([Float](repeating: 0, count: 80_000), blockSeconds: 2).allSatisfy { $0 == .unity })
    #expect(try Self.gains([], blockSeconds: 2).isEmpty)
    let gains = try Self.gains(
      Self.tone(0.5, seconds: 8) + [Float](repeating: 0, count: 12 * Self.rate), blockSeconds: 2)
    // The last window with the tone, 7 s to 13 s, includes its fading end in the mean.
    #expect(gains[5...].allSatisfy { $0 == gains[4] })
    #expect(abs(gains[4].decibels - gains[2].decibels) < 0.6)
  }

  /// Audio shorter than a gating block is padded, and audio below the absolute gate counts as −70 LUFS, as in a file.
  @Test(arguments: [(0.5, 0.05), (0.5, 0.3), (0.5, 0.45), (0.000_1, 5), (0.000_01, 5)] as [(Float, Double)])
  func shortAndSoftStreamsGetTheGainOfAFile(amplitude: Float, seconds: Double) throws {
    let samples = Self.tone(amplitude, seconds: seconds)
    let meter = try LoudnessMeter(channelCount: 1, sampleRateHz: Self.rate)
    try meter.add(AudioBuffer(channels: [samples], sampleRateHz: Self.rate))
    let expected = LoudnessNormalisation(targetLUFS: -24).gain(for: meter)
    #expect(expected != .unity)
    for gain in try Self.gains(samples, blockSeconds: 2) {
      #expect(abs(gain.decibels - expected.decibels) < 0.1)
    }
  }

  /// No sample exceeds 1 with blocks no longer than the look-ahead, even if the loudness jumps.
  @Test func peaksStayBelowOne() throws {
    let quiet = Self.tone(0.001, seconds: 7.3)
    let loud = Self.tone(1, seconds: 4.1)
    var clicks = Self.tone(0.001, seconds: 9)
    for index in stride(from: 5000, to: clicks.count, by: 9777) { clicks[index] = 0.99 }
    for samples in [quiet + loud + quiet, loud + quiet, clicks, quiet + clicks + loud] {
      for blockSeconds in [0.5, 1, 3] {
        let result = Self.normalised(
          samples, try Self.gains(samples, blockSeconds: blockSeconds), blockSeconds: blockSeconds)
        let peak = result.map { abs($0) }.max() ?? 0
        #expect(peak <= 1.0001, "blocks of \(blockSeconds) s")
      }
    }
  }

  @Test func gainFollowsTheLoudness() throws {
    let samples = Self.tone(0.01, seconds: 20) + Self.tone(0.5, seconds: 20)
    let gains = try Self.gains(samples, blockSeconds: 2)
    // The halves differ by 34 dB; gains are 2 s apart.
    #expect(abs(gains[5].decibels - gains[16].decibels - 33.98) < 0.2)
    // The gain falls before the loud half begins, so that no sample exceeds 1. The loud half is at its target at once.
    #expect(abs(gains[11].decibels - gains[16].decibels) < 0.2)
  }
}

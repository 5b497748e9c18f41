import Signal
import TestSupport
import Testing
import VampcKit

@Suite struct ExtensionBalanceTests {
  private func noise(seconds: Double, amplitude: Float, using random: inout SeededGenerator) -> [Float] {
    (0..<Int(seconds * 44_100)).map { _ in Float.random(in: -amplitude...amplitude, using: &random) }
  }

  private func loudness(_ samples: [Float]) throws -> Double {
    let meter = try LoudnessMeter(channelCount: 1, sampleRateHz: 44_100)
    try meter.add(AudioBuffer(channels: [samples], sampleRateHz: 44_100))
    return try #require(meter.integratedLoudnessLUFS)
  }

  /// An extension 6 dB softer becomes as loud as the recording; one 30 dB softer gets the largest change, 12 dB.
  @Test func extensionsGetTheLoudnessOfTheRecording() throws {
    var random = SeededGenerator(seed: 8)
    let before = noise(seconds: 2, amplitude: 0.1 / 31.6, using: &random)
    let recording = noise(seconds: 3, amplitude: 0.1, using: &random)
    let behind = noise(seconds: 2, amplitude: 0.05, using: &random)
    let audio = AudioBuffer(channels: [before + recording + behind], sampleRateHz: 44_100)
    let range = before.count..<before.count + recording.count
    let result = try ExtensionBalance.balanced(audio, recording: range).channels[0]
    #expect(Array(result[range]) == recording)
    let ramp = 12_000
    #expect(abs(try loudness(Array(result[(range.upperBound + ramp)...])) - loudness(recording)) < 0.2)
    #expect(abs(try loudness(Array(result[..<(range.lowerBound - ramp)])) - loudness(before) - 12) < 0.2)
    // No step at the ends of the recording.
    #expect(abs(result[range.upperBound] - behind[0]) < 1e-4)
    #expect(abs(result[range.lowerBound - 1] - before[before.count - 1]) < 1e-4)
  }

  @Test func silenceChangesNothing() throws {
    var random = SeededGenerator(seed: 9)
    let sound = noise(seconds: 1, amplitude: 0.1, using: &random)
    let silence = [Float](repeating: 0, count: 44_100)
    for parts in [[sound, silence], [silence, sound]] {
      let audio = AudioBuffer(channels: [parts[0] + parts[1]], sampleRateHz: 44_100)
      #expect(try ExtensionBalance.balanced(audio, recording: 0..<44_100) == audio)
    }
  }
}

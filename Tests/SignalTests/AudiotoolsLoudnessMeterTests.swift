import Foundation
import Signal
import Testing

@Suite struct AudiotoolsLoudnessMeterTests {
  /// Tones of 100 Hz, 400 Hz, …, three times as loud after the first second.
  private func tones(channelCount: Int, sampleRateHz: Int, sampleCount: Int) -> AudioBuffer {
    AudioBuffer(
      channels: (0..<channelCount).map { channel in
        (0..<sampleCount).map { index in
          let time = Double(index) / Double(sampleRateHz)
          return Float(0.2 * sin(2 * .pi * Double(100 + 300 * channel) * time) * (time > 1 ? 3 : 1))
        }
      }, sampleRateHz: sampleRateHz)
  }

  /// Expected values are recorded from `AudioSignal.loudness()` of audiotools 0.7.2.
  @Test(arguments: [
    (1, 16_000, 32_077, -11.781874656677246), (2, 44_100, 88_201, -8.180156707763672),
    (5, 24_000, 30_000, -6.438417434692383), (1, 16_000, 3_000, -23.463850021362305),
  ])
  func matchesAudiotools(channelCount: Int, sampleRateHz: Int, sampleCount: Int, expected: Double) throws {
    let audio = tones(channelCount: channelCount, sampleRateHz: sampleRateHz, sampleCount: sampleCount)
    // audiotools filters in single precision.
    for chunkLength in [sampleCount, 1_234] {
      var meter = try AudiotoolsLoudnessMeter(channelCount: channelCount, sampleRateHz: sampleRateHz)
      for start in stride(from: 0, to: sampleCount, by: chunkLength) {
        try meter.add(audio.slice(start..<min(sampleCount, start + chunkLength)))
      }
      #expect(abs(meter.integratedLoudnessLUFS - expected) < 1e-3, "\(meter.integratedLoudnessLUFS)")
    }
  }

  @Test func silenceHasTheLowestLoudness() throws {
    var meter = try AudiotoolsLoudnessMeter(channelCount: 1, sampleRateHz: 8_000)
    #expect(meter.integratedLoudnessLUFS == -70)
    try meter.add(AudioBuffer(channels: [[Float](repeating: 0, count: 20_000)], sampleRateHz: 8_000))
    #expect(meter.integratedLoudnessLUFS == -70)
  }

  @Test func rejectsOtherFormats() throws {
    #expect(throws: SignalError.self) { try AudiotoolsLoudnessMeter(channelCount: 6, sampleRateHz: 8_000) }
    #expect(throws: SignalError.self) { try AudiotoolsLoudnessMeter(channelCount: 1, sampleRateHz: 10) }
    var meter = try AudiotoolsLoudnessMeter(channelCount: 1, sampleRateHz: 8_000)
    #expect(throws: SignalError.self) { try meter.add(AudioBuffer(channels: [[0]], sampleRateHz: 16_000)) }
  }

  @Test func gainBringsOneLoudnessToAnother() {
    #expect(abs(AudiotoolsLoudnessMeter.gain(from: -26, to: -6) - 10) < 1e-5)
    #expect(AudiotoolsLoudnessMeter.gain(from: -16, to: -16) == 1)
  }
}

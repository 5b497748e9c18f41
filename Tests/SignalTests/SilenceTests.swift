import Signal
import Testing

@Suite struct SilenceTests {
  /// One second at 8 kHz. The share `share` of its 10 ms segments alternates between ±`amplitude`; the others are silent.
  private func tone(amplitude: Float, share: Double = 1, click: Float = 0) -> AudioBuffer {
    var samples = (0..<8_000).map {
      Double($0 / 80) < share * 100 ? ($0.isMultiple(of: 2) ? amplitude : -amplitude) : 0
    }
    if click != 0 { samples[0] = click }
    return AudioBuffer(channels: [samples], sampleRateHz: 8_000)
  }

  /// Boolean result of `hasLost`. A failed expectation would otherwise print all samples.
  private func isLost(_ original: AudioBuffer, in copy: AudioBuffer) -> Bool { copy.hasLost(original) }

  @Test func partOfTheSoundIsNoLoss() {
    let original = tone(amplitude: 0.1)
    #expect(!isLost(original, in: original))
    #expect(!isLost(original, in: tone(amplitude: 0.002)))
    #expect(!isLost(original, in: tone(amplitude: 0.1, share: 0.1)))
  }

  @Test func silenceAndACopy40DecibelsLowerAreLosses() {
    let original = tone(amplitude: 0.1)
    #expect(isLost(original, in: tone(amplitude: 0)))
    #expect(isLost(original, in: tone(amplitude: 0.000_9)))
    // The copy is below the gate of BS.1770, although it is close to the original.
    #expect(isLost(tone(amplitude: 0.000_5), in: tone(amplitude: 0.000_3)))
  }

  /// The click has more energy than the original 40 dB lower.
  @Test func aClickBeforeSilenceIsALoss() {
    #expect(isLost(tone(amplitude: 0.1), in: tone(amplitude: 0, click: 1)))
    #expect(isLost(tone(amplitude: 0.1), in: tone(amplitude: 0.1, share: 0.05)))
  }

  @Test func silenceCannotBeLost() {
    #expect(!isLost(tone(amplitude: 0), in: tone(amplitude: 0)))
    #expect(!isLost(tone(amplitude: 0.000_3), in: tone(amplitude: 0)))
  }

  /// Only segments with sound count: 0.4 s of this second.
  @Test func onlySegmentsWithSoundCount() {
    #expect(isLost(tone(amplitude: 0.5, share: 0.4), in: tone(amplitude: 0, click: 0.5)))
  }
}

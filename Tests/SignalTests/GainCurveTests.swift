import Glibc
import Signal
import Testing
import Tokens

@Suite struct GainCurveTests {
  private static func ones(_ count: Int) -> AudioBuffer {
    AudioBuffer(channels: [[Float](repeating: 1, count: count)], sampleRateHz: 44_100)
  }

  @Test func isLinearInDecibelsBetweenItsEnds() {
    let curve = GainCurve(
      start: Gain(hundredthsDB: -600), end: Gain(hundredthsDB: 1200), sampleCount: 10_007)
    var block = Self.ones(10_007)
    curve.apply(to: &block)
    for index in [0, 1, 255, 256, 257, 5000, 10_006] {
      let expected = -6 + 18 * Double(index) / 10_007
      #expect(abs(20 * log10(Double(block.channels[0][index])) - expected) < 1e-5)
      #expect(abs(curve.decibels(at: index) - expected) < 1e-9)
    }
  }

  @Test func neighboursMeetWithoutAStep() {
    let middle = Gain(hundredthsDB: 731)
    let first = GainCurve(start: Gain(hundredthsDB: -100), end: middle, sampleCount: 1000)
    let second = GainCurve(start: middle, end: Gain(hundredthsDB: 0), sampleCount: 1000)
    #expect(abs(first.decibels(at: 1000) - second.decibels(at: 0)) < 1e-9)
  }

  @Test func removeUndoesApplyAndChunksEqualTheWhole() {
    let curve = GainCurve(
      start: Gain(hundredthsDB: 2345), end: Gain(hundredthsDB: -4000), sampleCount: 5000)
    var whole = Self.ones(5000)
    curve.apply(to: &whole)
    var joined = AudioBuffer(emptyWithChannelCount: 1, sampleRateHz: 44_100)
    for start in stride(from: 0, to: 5000, by: 333) {
      var chunk = Self.ones(min(333, 5000 - start))
      curve.apply(to: &chunk, offset: start)
      joined.append(chunk)
    }
    #expect(joined == whole)
    curve.remove(from: &whole)
    for sample in whole.channels[0] { #expect(abs(sample - 1) < 1e-6) }
  }

  @Test func constantCurveIsTheGainItself() {
    let gain = Gain(hundredthsDB: -777)
    var first = Self.ones(100)
    var second = first
    GainCurve(constant: gain, sampleCount: 100).apply(to: &first)
    gain.apply(to: &second)
    #expect(first == second)
    var untouched = Self.ones(3)
    GainCurve(constant: .unity, sampleCount: 3).apply(to: &untouched)
    #expect(untouched == Self.ones(3))
  }
}

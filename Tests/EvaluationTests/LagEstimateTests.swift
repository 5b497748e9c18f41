import Evaluation
import Foundation
import Signal
import Testing

@Suite struct LagEstimateTests {
  private func noise(_ sampleCount: Int, seed: UInt64) -> [Float] {
    var noise = TestNoise(seed: seed)
    return (0..<sampleCount).map { _ in noise.next() / 4 }
  }

  private func block(_ samples: [Float]) -> AudioBuffer { AudioBuffer(channels: [samples], sampleRateHz: 44_100) }

  /// A delay is found in noise of four times the signal's energy.
  @Test(arguments: [-5_000, -44, -1, 0, 3, 44, 8_000])
  func findsADelayUnderNoise(lag: Int) throws {
    let source = noise(110_000, seed: 1)
    let disturbance = noise(88_200, seed: 2)
    let original = Array(source[10_000..<98_200])
    let delayed = (0..<88_200).map { source[10_000 - lag + $0] + 2 * disturbance[$0] }
    let found = try #require(LagEstimate(of: block(delayed), behind: block(original)))
    #expect(found.lagSamples == lag)
    #expect(found.isShifted == (abs(lag) > 22))
    #expect(found.peak > 0.1 && found.peak < 0.6)
  }

  /// Delays beyond the search range give no number, not even the one that wraps around to a small delay.
  @Test(arguments: [-60_000, -30_000, -26_460, -9_000, 9_000, 12_000, 26_460, 30_000, 32_700, 60_000])
  func saysNothingOfDelaysBeyondItsRange(lag: Int) {
    let source = noise(320_000, seed: 5)
    let original = Array(source[100_000..<220_000])
    let delayed = Array(source[100_000 - lag..<220_000 - lag])
    #expect(LagEstimate(of: block(delayed), behind: block(original)) == nil)
  }

  /// A loop matches itself at the length of the loop, too, but no better than at no delay.
  @Test func aLoopIsNoShift() throws {
    let bar = noise(22_050, seed: 11)
    let (first, second) = (noise(220_500, seed: 12), noise(220_500, seed: 13))
    let original = (0..<220_500).map { bar[$0 % 22_050] + 0.3 * first[$0] }
    let decoded = (0..<220_500).map { bar[$0 % 22_050] + 0.3 * second[$0] }
    #expect(try #require(LagEstimate(of: block(decoded), behind: block(original))).lagSamples == 0)
  }

  @Test func saysNothingOfUnrelatedSignals() {
    for seed in 1...20 as ClosedRange<UInt64> {
      let (a, b) = (noise(44_100, seed: seed), noise(44_100, seed: seed + 100))
      #expect(LagEstimate(of: block(a), behind: block(b)) == nil, "seed \(seed)")
    }
  }

  @Test func saysNothingOfSilenceAndOfTooLittle() {
    let silence = block([Float](repeating: 0, count: 44_100))
    let sound = block(noise(44_100, seed: 3))
    #expect(LagEstimate(of: silence, behind: sound) == nil)
    #expect(LagEstimate(of: sound, behind: silence) == nil)
    let short = block(noise(1_023, seed: 3))
    #expect(LagEstimate(of: short, behind: short) == nil)
    let enough = block(noise(1_024, seed: 3))
    #expect(LagEstimate(of: enough, behind: enough)?.lagSamples == 0)
  }

  /// A tone that is one period late equals the original tone. Each signal has its own noise, as every coded signal has.
  @Test func aRepetitionIsNoShift() throws {
    let (first, second) = (noise(44_100, seed: 7), noise(44_100, seed: 8))
    let tone = (0..<44_100).map { 0.5 * sin(2 * Float.pi * Float($0) / 100) + 0.01 * first[$0] }
    let late = (0..<44_100).map { 0.5 * sin(2 * Float.pi * Float($0 - 100) / 100) + 0.01 * second[$0] }
    #expect(LagEstimate(of: block(late), behind: block(tone))?.isShifted != true)
  }

  @Test func channelsCountTogether() throws {
    let source = noise(50_000, seed: 4)
    let stereo = AudioBuffer(
      channels: [Array(source[100..<44_200]), Array(source[5_000..<49_100])], sampleRateHz: 44_100)
    let late = AudioBuffer(
      channels: [Array(source[0..<44_100]), Array(source[4_900..<49_000])], sampleRateHz: 44_100)
    #expect(try #require(LagEstimate(of: late, behind: stereo)).lagSamples == 100)
  }
}

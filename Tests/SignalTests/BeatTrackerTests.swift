import Foundation
import Signal
import Testing

@Suite struct BeatTrackerTests {
  /// Clicks of 30 ms of decaying noise on a bed of faint noise, with an off-beat click half as loud.
  private static func clicks(beatSeconds: Double, firstSeconds: Double, seconds: Double, rateHz: Int) -> AudioBuffer {
    var state: UInt32 = 1
    func noise() -> Float {
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(state >> 8) / Float(1 << 23) - 1
    }
    var samples = (0..<Int(seconds * Double(rateHz))).map { _ in 1e-4 * noise() }
    func click(at second: Double, _ gain: Float) {
      let start = Int(second * Double(rateHz))
      for index in 0..<Int(0.03 * Double(rateHz)) where start + index < samples.count {
        samples[start + index] += gain * noise() * exp(-Float(index) / (0.006 * Float(rateHz)))
      }
    }
    for beat in 0... {
      let second = firstSeconds + Double(beat) * beatSeconds
      if second >= seconds { break }
      click(at: second, 0.8)
      click(at: second + beatSeconds / 2, 0.1)
    }
    return AudioBuffer(channels: [samples], sampleRateHz: rateHz)
  }

  @Test(arguments: [(0.5, 0.31, 44_100), (0.4, 0.05, 22_050), (0.75, 0.6, 48_000), (0.6, 0.2, 8_000)])
  func findsEveryBeatOfClicks(beatSeconds: Double, firstSeconds: Double, rateHz: Int) throws {
    let audio = Self.clicks(beatSeconds: beatSeconds, firstSeconds: firstSeconds, seconds: 10, rateHz: rateHz)
    let found = BeatTracker.beatSeconds(in: audio)
    let expected = stride(from: firstSeconds, to: 9.9, by: beatSeconds).map { $0 }
    for second in expected.dropFirst().dropLast() {
      let nearest = try #require(found.min { abs($0 - second) < abs($1 - second) })
      #expect(abs(nearest - second) < 0.04, "beat at \(second): nearest is \(nearest)")
    }
    #expect(abs(found.count - expected.count) <= 2, "\(found)")
  }

  @Test func findsNoBeatsInSilenceOrEmptyAudio() {
    #expect(BeatTracker.beatSeconds(in: AudioBuffer(channels: [[]], sampleRateHz: 44_100)).isEmpty)
    let silence = AudioBuffer(channels: [[Float](repeating: 0, count: 44_100)], sampleRateHz: 44_100)
    #expect(BeatTracker.beatSeconds(in: silence).isEmpty)
    let short = AudioBuffer(channels: [[Float](repeating: 0.5, count: 300)], sampleRateHz: 44_100)
    #expect(BeatTracker.beatSeconds(in: short).isEmpty)
  }
}

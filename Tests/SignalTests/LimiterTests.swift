import Foundation
import Signal
import Testing

@Suite struct LimiterTests {
  private static func noise(_ amplitude: Float, count: Int, channelCount: Int) -> AudioBuffer {
    var state: UInt32 = 7
    return AudioBuffer(
      channels: (0..<channelCount).map { _ in
        (0..<count).map { _ in
          state = state &* 1_664_525 &+ 1_013_904_223  // Numerical Recipes, section 7.1
          return amplitude * (Float(state >> 8) / 8_388_608 - 1)
        }
      }, sampleRateHz: 44_100)
  }

  private static func limited(_ audio: AudioBuffer, chunkLength: Int = 1000) throws -> AudioBuffer {
    var limiter = Limiter(channelCount: audio.channelCount, sampleRateHz: audio.sampleRateHz)
    var result = AudioBuffer(emptyWithChannelCount: audio.channelCount, sampleRateHz: audio.sampleRateHz)
    for start in stride(from: 0, to: audio.sampleCount, by: chunkLength) {
      result.append(try limiter.process(audio.slice(start..<min(start + chunkLength, audio.sampleCount))))
    }
    result.append(limiter.finish())
    return result
  }

  @Test(arguments: [0, 1, 100, 220, 221, 5000]) func quietAudioPassesBitForBit(count: Int) throws {
    let audio = Self.noise(0.49, count: count, channelCount: 2)
    #expect(try Self.limited(audio) == audio)
    // A tone that ends between two samples of one sign has a true peak of 1.07 there, which is limited.
    let tone = Self.quarterRateTone(0.99, count: count / 2 * 2)
    #expect(try Self.limited(tone) == tone)
  }

  /// A tone at a quarter of the sample rate whose samples all have 0.707 of its amplitude: peaks lie between samples.
  private static func quarterRateTone(_ amplitude: Double, count: Int) -> AudioBuffer {
    let samples = (0..<count).map { Float(amplitude * sin(.pi * (0.5 * Double($0) + 0.25))) }
    return AudioBuffer(channels: [samples], sampleRateHz: 44_100)
  }

  /// Largest absolute value on a grid of a sixteenth of a sample, by a windowed sinc of 64 samples.
  private static func truePeak(_ samples: [Float]) -> Double {
    var peak = 0.0
    for index in 0..<16 * samples.count {
      let place = Double(index) / 16
      var value = 0.0
      for neighbour in max(0, Int(place) - 31)...min(samples.count - 1, Int(place) + 32) {
        let distance = place - Double(neighbour)
        let sinc = distance == 0 ? 1 : sin(.pi * distance) / (.pi * distance)
        value += Double(samples[neighbour]) * sinc * pow(cos(.pi * distance / 66), 2)
      }
      peak = max(peak, abs(value))
    }
    return peak
  }

  /// Peaks between samples are limited, although no sample exceeds the ceiling.
  @Test func peaksBetweenSamplesAreLimited() throws {
    for amplitude in [1.02, 1.3, 3.0] {
      let tone = Self.quarterRateTone(amplitude, count: 2_000)
      #expect(Self.truePeak(tone.channels[0]) > amplitude - 0.01)
      let output = try Self.limited(tone)
      #expect(Self.truePeak(output.channels[0]) < 1.005, "\(amplitude)")
      #expect(Self.truePeak(output.channels[0]) > 0.93, "\(amplitude)")
    }
    // Sounds of many frequencies, softer and louder.
    for amplitude in [Float(0.7), 1, 2] {
      let output = try Self.limited(Self.smoothNoise(amplitude, count: 3_000))
      #expect(Self.truePeak(output.channels[0]) < 1.005, "\(amplitude)")
    }
  }

  /// Noise below half of the Nyquist frequency, as music hardly exceeds it.
  private static func smoothNoise(_ amplitude: Float, count: Int) -> AudioBuffer {
    let noise = noise(amplitude, count: count + 8, channelCount: 1).channels[0]
    let smooth = (0..<count).map { start in (0..<4).reduce(Float(0)) { $0 + noise[start + $1] } / 2 }
    return AudioBuffer(channels: [smooth], sampleRateHz: 44_100)
  }

  @Test(arguments: [1, 50, 221, 30_000]) func nothingPassesTheCeiling(count: Int) throws {
    for amplitude in [Float(1.01), 3, 1000] {
      let output = try Self.limited(Self.noise(amplitude, count: count, channelCount: 2))
      #expect(output.sampleCount == count)
      #expect(output.samplePeak <= Limiter.defaultCeiling)
    }
  }

  @Test func oneOvershootLeavesTheRestAlone() throws {
    var audio = Self.noise(0.01, count: 100_000, channelCount: 2)
    audio.channels[1][40_000] = 2
    let output = try Self.limited(audio)
    // 5 ms, and the samples around a peak that get its gain.
    let lookAhead = 220 + 12
    #expect(output.slice(0..<40_000 - lookAhead) == audio.slice(0..<40_000 - lookAhead))
    #expect(abs(output.channels[1][40_000] - Limiter.defaultCeiling) < 1e-5)
    // The second channel has the gain of the first.
    #expect(abs(output.channels[0][40_000] / audio.channels[0][40_000] - Limiter.defaultCeiling / 2) < 1e-3)
    // The gain has no steps, so neighbouring samples of a constant signal differ by little.
    var constant = AudioBuffer(channels: [[Float](repeating: 0.5, count: 20_000)], sampleRateHz: 44_100)
    constant.channels[0][10_000] = 4
    let curve = try Self.limited(constant).channels[0]
    for index in 1..<20_000 where index != 10_000 && index != 10_001 {
      #expect(abs(curve[index] - curve[index - 1]) < 0.005)
    }
  }

  @Test func recoversToBitExactness() throws {
    var audio = Self.noise(0.5, count: 120_000, channelCount: 1)
    audio.channels[0][1000] = 1.5
    let output = try Self.limited(audio)
    // ln(1e6) = 13.8 time constants of 4 410 samples, and the look-ahead.
    #expect(output.slice(63_000..<120_000) == audio.slice(63_000..<120_000))
    #expect(output.slice(10_000..<20_000) != audio.slice(10_000..<20_000))
  }

  @Test func chunkSizeChangesNothing() throws {
    let audio = Self.noise(1.5, count: 3000, channelCount: 2)
    let expected = try Self.limited(audio)
    for length in [1, 13, 220, 3000] { #expect(try Self.limited(audio, chunkLength: length) == expected) }
  }
}

import Foundation
import Signal
import Testing

@Suite struct HighPassTests {
  private static let rateHz = 44_100

  private static func filtered(_ samples: [Float], rateHz: Int = rateHz, chunkLength: Int = 10_000) throws -> [Float] {
    var filter = try HighPass(channelCount: 1, sampleRateHz: rateHz)
    var result: [Float] = []
    for start in stride(from: 0, to: samples.count, by: chunkLength) {
      let chunk = Array(samples[start..<min(start + chunkLength, samples.count)])
      result += try filter.process(AudioBuffer(channels: [chunk], sampleRateHz: rateHz)).channels[0]
    }
    return result + (filter.finish()?.channels[0] ?? [])
  }

  private static func sine(_ frequencyHz: Double, count: Int, rateHz: Int = rateHz, amplitude: Double = 0.3) -> [Float]
  {
    (0..<count).map { Float(amplitude * sin(2 * Double.pi * frequencyHz * Double($0) / Double(rateHz))) }
  }

  private static func powerDB(_ samples: some Collection<Float>) -> Double {
    10 * log10(samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(samples.count))
  }

  /// Samples of 16 bits, so that an offset of a power of two can be added exactly.
  private static func sound(count: Int) -> [Float] {
    zip(sine(211, count: count), sine(31, count: count)).map { (($0 + $1) * 16_384).rounded() / 32_768 }
  }

  @Test(arguments: [0, 1, 4_409, 4_410, 4_411, 100_000], [0.1, -0.5, 1e-6])
  func aConstantBecomesSilence(count: Int, offset: Double) throws {
    let output = try Self.filtered([Float](repeating: Float(offset), count: count))
    #expect(output == [Float](repeating: 0, count: count))
  }

  @Test(arguments: [100, 4_409, 4_410, 90_001], [0.125, -0.25])
  func anOffsetChangesNoSample(count: Int, offset: Double) throws {
    let input = Self.sound(count: count)
    #expect(try Self.filtered(input.map { $0 + Float(offset) }) == Self.filtered(input))
  }

  /// Gain of a Butterworth high-pass of second order: −10 · log10(1 + (corner / frequency)⁴) dB.
  @Test(arguments: [1.0, 5, 10, 20, 50, 1_000], [8_000, 44_100, 192_000])
  func weakensWhatIsBelowTheCorner(frequencyHz: Double, rateHz: Int) throws {
    let input = Self.sine(frequencyHz, count: 4 * rateHz, rateHz: rateHz)
    let output = try Self.filtered(input, rateHz: rateHz)
    // Whole periods, after the start has died away.
    let gainDB = Self.powerDB(output[(2 * rateHz)...]) - Self.powerDB(input[(2 * rateHz)...])
    #expect(abs(gainDB + 10 * log10(1 + pow(10 / frequencyHz, 4))) < 0.02)
  }

  /// The settling time holds no whole number of periods of these tones.
  @Test(arguments: [25.0, 55, 110]) func aToneStartsWithoutAThump(frequencyHz: Double) throws {
    let input = Self.sine(frequencyHz, count: 88_200).map { $0 + 0.2 }
    let output = try Self.filtered(input)
    let longTerm = Self.powerDB(output[44_100...])
    #expect(Self.powerDB(output[..<4_410]) < longTerm + 1.5)
    #expect((output.map { abs($0) }.max() ?? 1) < 0.4)
  }

  @Test(arguments: [1, 777, 4_410, 65_536]) func chunkSizeChangesNothing(chunkLength: Int) throws {
    let input = Self.sound(count: 20_001)
    #expect(try Self.filtered(input, chunkLength: chunkLength) == Self.filtered(input, chunkLength: input.count))
  }

  @Test func silenceBehindSoundBecomesExactlySilent() throws {
    let output = try Self.filtered(Self.sound(count: 44_100) + [Float](repeating: 0, count: 132_300))
    #expect(output[132_300...].allSatisfy { $0 == 0 })
    #expect(output.allSatisfy { $0 == 0 || abs($0) > 1e-21 })
  }

  @Test func channelsDoNotMixAndOtherFormatsAreRefused() throws {
    var filter = try HighPass(channelCount: 2, sampleRateHz: 48_000)
    let silence = [Float](repeating: 0, count: 9_600)
    let output = try filter.process(
      AudioBuffer(channels: [silence, Self.sine(100, count: 9_600, rateHz: 48_000)], sampleRateHz: 48_000))
    #expect(output.channels[0] == silence && output.channels[1] != silence)
    #expect(throws: SignalError.self) {
      try filter.process(AudioBuffer(channels: [silence], sampleRateHz: 48_000))
    }
    #expect(throws: SignalError.self) { try HighPass(channelCount: 1, sampleRateHz: 99) }
  }
}

import Foundation
import Signal
import Testing

@Suite struct OffsetRemoverTests {
  private static let rateHz = 44_100
  private static let hop = 768

  private static func without(_ samples: [Float], chunkLength: Int = 10_000) throws -> [Float] {
    var remover = OffsetRemover(channelCount: 1, sampleRateHz: rateHz, stepSampleCount: hop)
    var result: [Float] = []
    for start in stride(from: 0, to: samples.count, by: chunkLength) {
      let chunk = Array(samples[start..<min(start + chunkLength, samples.count)])
      result += try remover.process(AudioBuffer(channels: [chunk], sampleRateHz: rateHz)).channels[0]
    }
    return result + remover.finish().channels[0]
  }

  private static func sine(_ frequencyHz: Double, count: Int) -> [Float] {
    (0..<count).map { Float(0.3 * sin(2 * Double.pi * frequencyHz * Double($0) / Double(rateHz))) }
  }

  private static func powerDB(_ samples: some Collection<Float>) -> Double {
    10 * log10(samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(samples.count))
  }

  /// Middle of the signal, where the window is not cut off.
  private static func middle(_ samples: [Float]) -> ArraySlice<Float> { samples[30_000..<samples.count - 30_000] }

  @Test(arguments: [0, 1, 767, 768, 769, 5_000, 100_000]) func removesAnOffsetAndKeepsTheLength(count: Int) throws {
    let output = try Self.without([Float](repeating: 0.02, count: count))
    #expect(output.count == count)
    #expect(output.allSatisfy { abs($0) < 1e-6 })
  }

  @Test(arguments: [(5.0, 0.3), (20.0, 0.05), (50.0, 0.05), (440.0, 0.01)])
  func keepsAudibleFrequencies(frequencyHz: Double, toleranceDB: Double) throws {
    let input = Self.sine(frequencyHz, count: 200_000)
    let output = try Self.without(input.map { $0 + 0.02 })
    #expect(abs(Self.powerDB(Self.middle(output)) - Self.powerDB(Self.middle(input))) < toleranceDB)
    let error = zip(Self.middle(output), Self.middle(input)).map { $0 - $1 }
    #expect(Self.powerDB(error) - Self.powerDB(Self.middle(input)) < (frequencyHz < 20 ? -25 : -35))
  }

  @Test func removesSlowDrift() throws {
    let input = Self.sine(0.5, count: 400_000)
    let output = try Self.without(input)
    #expect(Self.powerDB(Self.middle(output)) < Self.powerDB(Self.middle(input)) - 15)
  }

  @Test(arguments: [1_000, 768, 777, 65_536]) func chunkSizeChangesNothing(chunkLength: Int) throws {
    let input = zip(Self.sine(3, count: 90_001), Self.sine(211, count: 90_001)).map { $0 + $1 }
    #expect(try Self.without(input, chunkLength: chunkLength) == Self.without(input, chunkLength: input.count))
  }

  @Test func earlierInputHasNoInfluence() throws {
    let memory = OffsetRemover(channelCount: 1, sampleRateHz: Self.rateHz, stepSampleCount: Self.hop).memoryStepCount
    let input = zip(Self.sine(2, count: 150_000), Self.sine(97, count: 150_000)).map { $0 + $1 }
    let first = 30 * Self.hop
    let whole = try Self.without(input)
    let part = try Self.without(Array(input[first...]))
    #expect(part[(memory * Self.hop)...] == whole[(first + memory * Self.hop)...])
    #expect(part[(memory - 1) * Self.hop] != whole[first + (memory - 1) * Self.hop])
  }

  @Test func channelsDoNotMixAndAnotherFormatIsRefused() throws {
    var remover = OffsetRemover(channelCount: 2, sampleRateHz: Self.rateHz, stepSampleCount: Self.hop)
    let silence = [Float](repeating: 0, count: 50_000)
    var output = try remover.process(
      AudioBuffer(channels: [silence, Self.sine(1, count: 50_000)], sampleRateHz: Self.rateHz))
    output.append(remover.finish())
    #expect(output.channels[0] == silence)
    #expect(throws: SignalError.self) {
      try remover.process(AudioBuffer(channels: [silence], sampleRateHz: Self.rateHz))
    }
  }
}

import Foundation
import Signal
import Testing

/// Properties of the resampler. `VampcKitTests` compare with the results of julius in `fixtures/dac-files`.
@Suite struct JuliusResamplerTests {
  private func resample(_ samples: [Float], from input: Int, to output: Int, chunkLength: Int) throws -> [Float] {
    let resampler = try JuliusResampler(inputRateHz: input, outputRateHz: output, channelCount: 1)
    var result: [Float] = []
    for start in stride(from: 0, to: samples.count, by: chunkLength) {
      let chunk = Array(samples[start..<min(samples.count, start + chunkLength)])
      result += try resampler.process(AudioBuffer(channels: [chunk], sampleRateHz: input)).channels[0]
    }
    return result + (try resampler.finish().channels[0])
  }

  @Test(arguments: [
    (44_100, 16_000), (16_000, 44_100), (48_000, 44_100), (8_000, 8_000), (44_101, 16_000), (100, 9_999),
  ])
  func blocksDoNotMatterAndTheLengthIsRoundedDown(input: Int, output: Int) throws {
    for count in [0, 1, 7, 1_000, 3_001] {
      let samples = (0..<count).map { Float(sin(Double($0) * 0.05)) }
      let whole = try resample(samples, from: input, to: output, chunkLength: max(1, count))
      #expect(whole.count == count * output / input)
      #expect(
        whole.count == JuliusResampler.outputCount(forInputCount: count, inputRateHz: input, outputRateHz: output))
      #expect(try resample(samples, from: input, to: output, chunkLength: 13) == whole)
    }
  }

  @Test(arguments: [(44_100, 16_000), (16_000, 44_100)]) func keepsAToneAndAConstant(input: Int, output: Int) throws {
    let tone = (0..<input).map { Float(sin(2 * .pi * 440 * Double($0) / Double(input))) }
    let result = try resample(tone, from: input, to: output, chunkLength: 4_096)
    // The constant extension at the ends is no tone, so the ends are not compared.
    for index in 400..<result.count - 400 {
      let expected = Float(sin(2 * .pi * 440 * Double(index) / Double(output)))
      #expect(abs(result[index] - expected) < 1e-4, "sample \(index)")
    }
    let constant = try resample([Float](repeating: 0.25, count: 500), from: input, to: output, chunkLength: 500)
    #expect(constant.allSatisfy { abs($0 - 0.25) < 1e-6 })
  }

  @Test func rejectsOtherFormats() throws {
    #expect(throws: SignalError.self) { try JuliusResampler(inputRateHz: 1, outputRateHz: 8_000, channelCount: 1) }
    #expect(throws: SignalError.self) { try JuliusResampler(inputRateHz: 8_000, outputRateHz: 8_001, channelCount: 0) }
    let resampler = try JuliusResampler(inputRateHz: 8_000, outputRateHz: 16_000, channelCount: 1)
    #expect(throws: SignalError.self) {
      try resampler.process(AudioBuffer(channels: [[0]], sampleRateHz: 16_000))
    }
  }
}

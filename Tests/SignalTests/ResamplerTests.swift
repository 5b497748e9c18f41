import Glibc
import Signal
import Testing

@Suite struct ResamplerTests {
  private static func sine(_ frequencyHz: Double, rateHz: Int, count: Int, channelCount: Int = 1) -> AudioBuffer {
    AudioBuffer(
      channels: (0..<channelCount).map { channel in
        (0..<count).map {
          Float(0.5 * sin(2 * .pi * frequencyHz * Double($0) / Double(rateHz) + Double(channel)))
        }
      }, sampleRateHz: rateHz)
  }

  @Test(arguments: [
    (8000, 44_100), (44_100, 48_000), (48_000, 44_100), (96_000, 44_100), (44_100, 8000), (11_025, 44_100),
    (192_000, 16_000), (44_101, 44_100), (32_000, 22_050), (44_100, 192_000), (100, 44_100), (768_000, 44_100),
  ])
  func lengthIsTheCeilingOfTheRatio(rates: (Int, Int)) throws {
    for count in [0, 1, 2, 3, 100, 1000, 44_101] {
      let input = Self.sine(20, rateHz: rates.0, count: count)
      let output = try Resampler.resample(input, to: rates.1)
      let expected = Int((Double(count) * Double(rates.1) / Double(rates.0)).rounded(.up))
      #expect(output.sampleCount == expected, "\(count) samples from \(rates.0) to \(rates.1) Hz")
      #expect(output.sampleRateHz == rates.1)
    }
  }

  @Test(arguments: [(44_100, 48_000), (48_000, 44_100), (96_000, 44_100), (44_100, 16_000), (8000, 44_100)])
  func sineKeepsPhaseAndAmplitude(rates: (Int, Int)) throws {
    let seconds = 2
    let output = try Resampler.resample(Self.sine(1000, rateHz: rates.0, count: seconds * rates.0), to: rates.1)
    let expected = Self.sine(1000, rateHz: rates.1, count: seconds * rates.1)
    var error = 0.0
    var power = 0.0
    // The ends ring because of the silence around the signal, so they are not compared.
    for index in rates.1 / 4..<output.sampleCount - rates.1 / 4 {
      error += pow(Double(output.channels[0][index] - expected.channels[0][index]), 2)
      power += pow(Double(expected.channels[0][index]), 2)
    }
    // Rounding input and output to 24-bit floats allows about 145 dB.
    #expect(10 * log10(power / error) > 130)
  }

  @Test func chunkSizeChangesNothing() throws {
    let input = Self.sine(440, rateHz: 48_000, count: 100_000, channelCount: 3)
    let whole = try Resampler.resample(input, to: 44_100)
    for size in [1, 77, 4096, 70_001] {
      let resampler = try Resampler(inputRateHz: 48_000, outputRateHz: 44_100, channelCount: 3)
      var output = AudioBuffer(emptyWithChannelCount: 3, sampleRateHz: 44_100)
      // Chunks of one sample cover only the beginning, because they need a call each.
      let boundary = size == 1 ? 3000 : 0
      for index in 0..<boundary { output.append(try resampler.process(input.slice(index..<index + 1))) }
      var position = boundary
      while position < input.sampleCount {
        let end = min(position + max(size, 977), input.sampleCount)
        output.append(try resampler.process(input.slice(position..<end)))
        position = end
      }
      output.append(try resampler.finish())
      #expect(output == whole, "chunks of \(size)")
    }
  }

  @Test func manyChannelsStayApart() throws {
    let input = Self.sine(500, rateHz: 32_000, count: 3200, channelCount: 64)
    let output = try Resampler.resample(input, to: 44_100)
    #expect(output.channelCount == 64)
    for channel in [0, 1, 31, 63] {
      let alone = try Resampler.resample(
        AudioBuffer(channels: [input.channels[channel]], sampleRateHz: 32_000), to: 44_100)
      #expect(output.channels[channel] == alone.channels[0])
    }
  }

  @Test func equalRatesPassEverythingUnchanged() throws {
    let input = AudioBuffer(channels: [[0.1, .infinity, -3, .leastNonzeroMagnitude]], sampleRateHz: 44_100)
    #expect(try Resampler.resample(input, to: 44_100) == input)
  }

  @Test func refusesAbsurdFormats() throws {
    #expect(throws: SignalError.unsupportedSampleRate(hz: 0, allowed: Resampler.supportedSampleRatesHz)) {
      try Resampler(inputRateHz: 0, outputRateHz: 44_100, channelCount: 1)
    }
    #expect(throws: SignalError.unsupportedChannelCount(0, allowed: Resampler.supportedChannelCounts)) {
      try Resampler(inputRateHz: 8000, outputRateHz: 44_100, channelCount: 0)
    }
    let resampler = try Resampler(inputRateHz: 8000, outputRateHz: 44_100, channelCount: 1)
    #expect(throws: SignalError.self) {
      try resampler.process(AudioBuffer(channels: [[0], [0]], sampleRateHz: 8000))
    }
  }
}

import Foundation
import OpusBaseline
import Signal
import Testing

@Suite struct OpusBaselineTests {
  /// Returns plucked notes over quiet noise: decaying harmonics, four notes a second.
  static func music(sampleCount: Int) -> AudioBuffer {
    var state: UInt32 = 1
    let samples = (0..<sampleCount).map { index -> Float in
      state = state &* 1_664_525 &+ 1_013_904_223
      let note = index / 12_000
      let time = Float(index % 12_000) / 48_000
      let frequency = 220 * pow(2, Float([0, 7, 3, 10, 5, 12][note % 6]) / 12)
      var value = 0.004 * (Float(state >> 8) / Float(1 << 24) - 0.5)
      for harmonic in 1...6 {
        let phase = 2 * Float.pi * frequency * Float(harmonic) * time
        value += 0.25 / Float(harmonic) * exp(-6 * time * Float(harmonic)) * sin(phase)
      }
      return value
    }
    return AudioBuffer(channels: [samples], sampleRateHz: 48_000)
  }

  /// Returns the shift of `decoded`, in samples, with the largest correlation with `original`.
  private func lag(of decoded: AudioBuffer, against original: AudioBuffer) -> Int {
    let (a, b) = (original.channels[0], decoded.channels[0])
    func correlation(_ lag: Int) -> Double {
      (100..<a.count - 100).reduce(0.0) { $0 + Double(a[$1]) * Double(b[$1 + lag]) }
    }
    let correlations = (-60...60).map { ($0, correlation($0)) }
    return correlations.max { $0.1 < $1.1 }?.0 ?? .max
  }

  private func energy(_ samples: [Float]) -> Double { samples.reduce(0.0) { $0 + Double($1) * Double($1) } }

  @Test(arguments: OpusSettings.FrameDuration.allCases, [12_000, 24_000, 96_000])
  func isAlignedToTheSample(frameDuration: OpusSettings.FrameDuration, bitrateBps: Int) throws {
    let audio = OpusBaselineTests.music(sampleCount: 96_000)
    let result = try OpusCodec.roundTrip(
      audio, settings: OpusSettings(bitrateBps: bitrateBps, frameDuration: frameDuration))
    #expect(lag(of: result.decoded, against: audio) == 0)
    #expect(result.outcome == .asRequested)
  }

  /// libopus does not compensate the delay of SILK's resampler to the sample; 5 samples are 0.1 ms.
  @Test(arguments: OpusSettings.FrameDuration.allCases)
  func silkLagIsAtMostFiveSamples(frameDuration: OpusSettings.FrameDuration) throws {
    let audio = OpusBaselineTests.music(sampleCount: 96_000)
    let result = try OpusCodec.roundTrip(
      audio, settings: OpusSettings(bitrateBps: 6_000, frameDuration: frameDuration))
    #expect((0...5).contains(lag(of: result.decoded, against: audio)))
  }

  @Test(arguments: OpusSettings.FrameDuration.allCases)
  func keepsTheExactLength(frameDuration: OpusSettings.FrameDuration) throws {
    for sampleCount in [1, 2, 311, 312, 313, 959, 960, 961, 2_879, 2_880, 2_881, 47_999, 48_000, 48_001, 100_003] {
      let audio = OpusBaselineTests.music(sampleCount: sampleCount)
      let result = try OpusCodec.roundTrip(
        audio, settings: OpusSettings(bitrateBps: 24_000, frameDuration: frameDuration))
      #expect(result.decoded.sampleCount == sampleCount)
      #expect(result.decoded.sampleRateHz == 48_000 && result.decoded.channelCount == 1)
    }
  }

  @Test(arguments: OpusSettings.FrameDuration.allCases, OpusSettings.RateMode.allCases)
  func errorDecreasesWithBitrate(frameDuration: OpusSettings.FrameDuration, rateMode: OpusSettings.RateMode) throws {
    let audio = OpusBaselineTests.music(sampleCount: 96_000)
    var errors: [Double] = []
    for bitrateBps in [16_000, 48_000, 128_000] {
      let settings = OpusSettings(bitrateBps: bitrateBps, frameDuration: frameDuration, rateMode: rateMode)
      let decoded = try OpusCodec.roundTrip(audio, settings: settings).decoded
      errors.append(energy(zip(audio.channels[0], decoded.channels[0]).map { $0 - $1 }))
    }
    #expect(errors[0] > errors[1] && errors[1] > errors[2])
    #expect(errors[2] < 0.01 * energy(audio.channels[0]))
  }

  /// Each channel has a different tone, in WAV order with the low frequencies in the fourth, and keeps the tone.
  @Test(arguments: 1...8)
  func keepsChannelOrder(channelCount: Int) throws {
    let frequencies: [Float] = [500, 750, 1_100, 60, 1_700, 2_300, 3_100, 4_000]
    let channels = frequencies.prefix(channelCount).map { frequency in
      (0..<48_000).map { 0.3 * sin(2 * Float.pi * frequency * Float($0) / 48_000) }
    }
    let audio = AudioBuffer(channels: channels, sampleRateHz: 48_000)
    let result = try OpusCodec.roundTrip(audio, settings: OpusSettings(bitrateBps: 64_000 * channelCount))
    #expect(result.decoded.channelCount == channelCount && result.decoded.sampleCount == 48_000)
    for (original, decoded) in zip(channels, result.decoded.channels) {
      #expect(energy(zip(original, decoded).map { $0 - $1 }) < 0.02 * energy(original))
    }
  }

  @Test func theSameInputGivesTheSameFile() throws {
    let audio = OpusBaselineTests.music(sampleCount: 48_000)
    let settings = OpusSettings(bitrateBps: 12_000, application: .speech, complexity: 5)
    #expect(try OpusCodec.roundTrip(audio, settings: settings) == OpusCodec.roundTrip(audio, settings: settings))
  }

  @Test func refusesInvalidInput() {
    func error(_ channels: [[Float]], rate: Int = 48_000, _ settings: OpusSettings) -> OpusBaselineError? {
      #expect(throws: OpusBaselineError.self) {
        try OpusCodec.roundTrip(AudioBuffer(channels: channels, sampleRateHz: rate), settings: settings)
      }
    }
    let settings = OpusSettings(bitrateBps: 12_000)
    #expect(error([[0.5]], rate: 44_100, settings) == .sampleRateNotSupported(foundHz: 44_100, requiredHz: 48_000))
    #expect(error([], settings) == .channelCountNotSupported(found: 0, maximum: 8))
    #expect(
      error([[Float]](repeating: [0], count: 9), settings) == .channelCountNotSupported(found: 9, maximum: 8))
    #expect(error([[]], settings) == .emptyAudio)
    #expect(error([[0, 0], [0, .nan]], settings) == .sampleNotFinite(channel: 1, sampleIndex: 1))
    #expect(
      error([[0]], OpusSettings(bitrateBps: 499))
        == .bitrateOutOfRange(requestedBps: 499, minimumBps: 500, maximumBps: 512_000))
    #expect(
      error([[0], [0]], OpusSettings(bitrateBps: 1_024_001))
        == .bitrateOutOfRange(requestedBps: 1_024_001, minimumBps: 1_000, maximumBps: 1_024_000))
    #expect(
      error([[0]], OpusSettings(bitrateBps: 6_000, complexity: 11)) == .complexityOutOfRange(found: 11, maximum: 10))
  }

  @Test func libraryVersionNamesLibopus() {
    #expect(OpusCodec.libraryVersion.hasPrefix("libopus "))
  }
}

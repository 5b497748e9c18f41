import Evaluation
import Signal
import Testing

@Suite struct SpectralDistanceTests {
  private let reference = MetricsReference()
  private static let degradations = ["additive_noise", "lowpassed", "half_gain", "delayed_1ms", "clipped"]

  /// Distances agree with the published code within a relative 1e-3, the tolerance of the reference cases.
  @Test(arguments: degradations)
  func agreesWithThePublishedCode(name: String) throws {
    let original = try reference.audio("reference")
    let degraded = try reference.audio(name)
    let metrics: [(String, SpectralDistance)] = [
      ("mel_distance", .vampNetMel), ("dac_mel_distance", .dacTableMel), ("mel7_distance", .sevenScaleMel),
      ("stft_distance", .multiScaleSTFT),
    ]
    for (key, metric) in metrics {
      let expected = try #require(try reference.expected(key, of: name))
      let found = try metric.distance(of: degraded, from: original)
      #expect(abs(found - expected) < 1e-3 * expected, "\(key): \(found), published \(expected)")
    }
  }

  @Test func equalSignalsAreAtDistanceZero() throws {
    let original = try reference.audio("reference")
    #expect(try SpectralDistance.vampNetMel.distance(of: original, from: original) == 0)
    #expect(try SpectralDistance.multiScaleSTFT.distance(of: original, from: original) == 0)
  }

  @Test func channelsAreAveraged() throws {
    let original = try reference.audio("reference")
    let degraded = try reference.audio("lowpassed")
    let mono = try SpectralDistance.vampNetMel.distance(of: degraded, from: original)
    let rate = original.sampleRateHz
    let stereo = AudioBuffer(channels: [original.channels[0], original.channels[0]], sampleRateHz: rate)
    let halfDegraded = AudioBuffer(channels: [original.channels[0], degraded.channels[0]], sampleRateHz: rate)
    let found = try SpectralDistance.vampNetMel.distance(of: halfDegraded, from: stereo)
    #expect(abs(found - mono / 2) < 1e-9)
  }

  /// Magnitudes below the floor count alike: noise at −140 dBFS equals silence.
  @Test func whatLiesBelowTheFloorDoesNotCount() throws {
    let silence = AudioBuffer(channels: [[Float](repeating: 0, count: 4_000)], sampleRateHz: 44_100)
    let faint = AudioBuffer(channels: [(0..<4_000).map { $0 % 2 == 0 ? 1e-9 : -1e-9 }], sampleRateHz: 44_100)
    #expect(try SpectralDistance.vampNetMel.distance(of: faint, from: silence) == 0)
  }

  @Test(arguments: [1, 2, 767, 768, 769])
  func shortSignalsHaveADistance(sampleCount: Int) throws {
    let tone = AudioBuffer(channels: [(0..<sampleCount).map { Float($0 % 7) / 7 + 0.1 }], sampleRateHz: 44_100)
    let half = AudioBuffer(channels: [tone.channels[0].map { $0 / 2 }], sampleRateHz: 44_100)
    let found = try SpectralDistance.vampNetMel.distance(of: half, from: tone)
    #expect(found.isFinite && found > 0)
    #expect(try SpectralDistance.vampNetMel.distance(of: tone, from: tone) == 0)
  }

  @Test func refusesWhatCannotBeCompared() {
    func block(_ channels: [[Float]], rate: Int = 44_100) -> AudioBuffer {
      AudioBuffer(channels: channels, sampleRateHz: rate)
    }
    func error(_ degraded: AudioBuffer, _ reference: AudioBuffer) -> EvaluationError? {
      #expect(throws: EvaluationError.self) {
        try SpectralDistance.vampNetMel.distance(of: degraded, from: reference)
      }
    }
    let one = block([[0.5, 0.5]])
    #expect(error(block([[0, 0], [0, 0]]), one) == .channelCountsDiffer(degraded: 2, reference: 1))
    #expect(error(block([[0]]), one) == .sampleCountsDiffer(degraded: 1, reference: 2))
    #expect(error(block([[0, 0]], rate: 48_000), one) == .sampleRatesDiffer(degradedHz: 48_000, referenceHz: 44_100))
    #expect(error(block([[]]), block([[]])) == .emptySignal)
    #expect(error(block([]), block([])) == .emptySignal)
    #expect(error(block([[0, .nan]]), one) == .sampleNotFinite(channel: 0, sampleIndex: 1))
    #expect(error(one, block([[.infinity, 0]])) == .sampleNotFinite(channel: 0, sampleIndex: 0))
  }
}

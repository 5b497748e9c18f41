import Evaluation
import Foundation
import Signal
import Testing

@Suite struct ClipMeasurementTests {
  private let reference = MetricsReference()

  /// All figures of one measurement agree with the published code: relative tolerance 1e-3, loudness 0.1 LU.
  @Test(arguments: ["additive_noise", "lowpassed", "half_gain", "delayed_1ms", "clipped"])
  func agreesWithThePublishedCode(name: String) throws {
    let found = try ClipMeasurement(of: try reference.audio(name), from: try reference.audio("reference"))
    func check(_ metric: String, _ value: Double?) throws {
      guard let expected = try reference.expected(metric, of: name) else {
        #expect(value == nil, "published code says infinite")
        return
      }
      #expect(abs(try #require(value) - expected) < 1e-3 * abs(expected), "\(metric)")
    }
    try check("mel_distance", found.melDistance)
    try check("dac_mel_distance", found.dacMelDistance)
    try check("mel7_distance", found.sevenScaleMelDistance)
    try check("stft_distance", found.stftDistance)
    try check("si_sdr_db", found.siSDRDB)
    let decodedLUFS = try #require(try reference.expected("loudness_lufs", of: name))
    let referenceLUFS = try #require(try reference.expected("loudness_lufs", of: "reference"))
    #expect(abs(try #require(found.decodedLUFS) - decodedLUFS) < 0.1)
    #expect(abs(try #require(found.referenceLUFS) - referenceLUFS) < 0.1)
  }

  /// The flags name the recorded degradations.
  @Test(
    arguments: [
      ("reference", []), ("half_gain", [.level]), ("delayed_1ms", [.shifted]), ("clipped", [.clipped, .level]),
    ] as [(String, [MeasurementFlag])])
  func flagsTheRecordedDegradations(name: String, flags: [MeasurementFlag]) throws {
    let found = try ClipMeasurement(of: try reference.audio(name), from: try reference.audio("reference"))
    #expect(found.flags == flags)
  }

  @Test func sharedTransformsChangeNothing() throws {
    let (degraded, original) = (try reference.audio("lowpassed"), try reference.audio("reference"))
    let found = try ClipMeasurement(of: degraded, from: original)
    #expect(found.melDistance == (try SpectralDistance.vampNetMel.distance(of: degraded, from: original)))
    #expect(found.dacMelDistance == (try SpectralDistance.dacTableMel.distance(of: degraded, from: original)))
    #expect(found.sevenScaleMelDistance == (try SpectralDistance.sevenScaleMel.distance(of: degraded, from: original)))
    #expect(found.stftDistance == (try SpectralDistance.multiScaleSTFT.distance(of: degraded, from: original)))
  }

  @Test func flagsWhatIsPlanted() throws {
    let original = try reference.audio("reference")
    func flags(_ change: ([Float]) -> [Float]) throws -> [MeasurementFlag] {
      let changed = AudioBuffer(channels: original.channels.map(change), sampleRateHz: original.sampleRateHz)
      return try ClipMeasurement(of: changed, from: original).flags
    }
    #expect(try flags { $0.map { $0 * 0.001 } } == [.silent, .level])
    #expect(try flags { $0.map { _ in 0 } } == [.silent])
    #expect(try flags { [Float](repeating: 0, count: 44) + $0.dropLast(44) } == [.shifted])
    #expect(try flags { $0.dropFirst(44) + [Float](repeating: 0, count: 44) } == [.shifted])
    #expect(try flags { $0.map { $0 + 0.01 } } == [.dcOffset])
    #expect(try flags { $0 + [0, 0] } == [.length])
    #expect(try flags { $0 + [0] } == [])
    #expect(try flags { [.nan] + $0.dropFirst() } == [.notFinite])
  }

  /// Silence in both clips gives no flag and no undefined figure.
  @Test func silenceIsNoFaultOfASilentReference() throws {
    let silence = AudioBuffer(channels: [[Float](repeating: 0, count: 44_100)], sampleRateHz: 44_100)
    let found = try ClipMeasurement(of: silence, from: silence)
    #expect(found.flags == [] && found.lag == nil && found.melDistance == 0 && found.decodedBandwidthHz == 0)
  }

  @Test func bringsBothToOneForm() throws {
    let original = try reference.audio("reference")
    let converted = try Resampler.resample(original, to: 48_000)
    let stereo = AudioBuffer(channels: [converted.channels[0], converted.channels[0]], sampleRateHz: 48_000)
    let found = try ClipMeasurement(of: stereo, from: original)
    #expect(found.sampleRateHz == original.sampleRateHz && found.comparedSampleCount == original.sampleCount)
    #expect(found.flags == [])
    #expect(try #require(found.siSDRDB) > 30)
  }

  @Test func refusesWhatHasNoSamplesOrNoNumbers() throws {
    let one = AudioBuffer(channels: [[0.5, 0.25]], sampleRateHz: 44_100)
    let none = AudioBuffer(channels: [[]], sampleRateHz: 44_100)
    let nothing = AudioBuffer(channels: [], sampleRateHz: 44_100)
    #expect(throws: EvaluationError.emptySignal) { try ClipMeasurement(of: none, from: one) }
    #expect(throws: EvaluationError.emptySignal) { try ClipMeasurement(of: nothing, from: one) }
    let broken = AudioBuffer(channels: [[0.5, .infinity]], sampleRateHz: 44_100)
    #expect(throws: EvaluationError.sampleNotFinite(channel: 0, sampleIndex: 1)) {
      try ClipMeasurement(of: one, from: broken)
    }
  }
}

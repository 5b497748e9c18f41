import Evaluation
import Foundation
import Signal
import Testing

@Suite struct BandwidthTests {
  private func bandwidths(_ degraded: [Float], _ reference: [Float]) throws -> (reference: Double, decoded: Double) {
    let found = try ClipMeasurement(
      of: AudioBuffer(channels: [degraded], sampleRateHz: 48_000),
      from: AudioBuffer(channels: [reference], sampleRateHz: 48_000))
    return (found.referenceBandwidthHz, found.decodedBandwidthHz)
  }

  private func tone(_ hertz: Double, _ amplitude: Double) -> [Float] {
    (0..<48_000).map { Float(amplitude * sin(2 * Double.pi * hertz * Double($0) / 48_000)) }
  }

  @Test func noiseFillsTheBandThatAConversionLeaves() throws {
    var noise = TestNoise(seed: 2)
    let full = noise.next(48_000)
    let narrow = try Resampler.resample(
      Resampler.resample(AudioBuffer(channels: [full], sampleRateHz: 48_000), to: 16_000), to: 48_000)
    let found = try bandwidths(narrow.channels[0], full)
    #expect(found.reference > 23_900)
    // soxr passes 91 % of 8 kHz and stops everything above 8 kHz.
    #expect((7_300...8_100).contains(found.decoded), "\(found)")
  }

  /// A tone of 12 kHz counts at −75 dB, not at −85 dB. The window spreads a tone over less than 400 Hz.
  @Test func whatLiesFarBelowDoesNotCount() throws {
    let low = tone(1_000, 0.5)
    let loud = zip(low, tone(12_000, 0.5 * pow(10, -75 / 20.0))).map { $0 + $1 }
    let faint = zip(low, tone(12_000, 0.5 * pow(10, -85 / 20.0))).map { $0 + $1 }
    let found = try bandwidths(faint, loud)
    #expect(abs(found.reference - 12_000) < 60)
    #expect(abs(found.decoded - 1_000) < 400)
  }

  /// Dither does not count, even with a signal as flat as rain, whose spectrum lies within 80 dB of the dither.
  @Test func ditherHasNoBandwidth() throws {
    var noise = TestNoise(seed: 3)
    let soft = try Resampler.resample(
      Resampler.resample(
        AudioBuffer(channels: [noise.next(48_000).map { 0.03 * $0 }], sampleRateHz: 48_000), to: 16_000), to: 48_000
    ).channels[0]
    let dithered = soft.map { (($0 * 32_768 + (noise.next() + noise.next()) / 2).rounded()) / 32_768 }
    #expect(try bandwidths(dithered, soft).decoded < 8_100)
  }
}

import Evaluation
import Foundation
import Signal
import Testing

@Suite struct SISDRTests {
  private let reference = MetricsReference()

  @Test(arguments: ["additive_noise", "lowpassed", "half_gain", "delayed_1ms", "clipped"])
  func agreesWithThePublishedCode(name: String) throws {
    let found = try SISDR.decibels(of: try reference.audio(name), from: try reference.audio("reference"))
    guard let expected = try reference.expected("si_sdr_db", of: name) else {
      #expect(found == nil, "published code says infinite")
      return
    }
    #expect(abs(try #require(found) - expected) < 1e-3 * abs(expected))
  }

  private func block(_ channels: [Float]...) -> AudioBuffer { AudioBuffer(channels: channels, sampleRateHz: 48_000) }

  /// An orthogonal disturbance with a hundredth of the energy gives 20 dB, whatever gain and offset are added.
  @Test(arguments: [1, -0.25, 3] as [Float])
  func ignoresGainAndOffset(gain: Float) throws {
    let tone = (0..<4_800).map { sin(2 * Float.pi * Float($0) / 48) }
    let degraded = (0..<4_800).map { gain * (tone[$0] + 0.1 * cos(2 * Float.pi * Float($0) / 48)) + 0.3 }
    let found = try #require(try SISDR.decibels(of: block(degraded), from: block(tone)))
    #expect(abs(found - 20) < 1e-3)
  }

  @Test func isUndefinedWithoutSignalOrDistortion() throws {
    let tone = (0..<480).map { sin(2 * Float.pi * Float($0) / 48) }
    let silence = [Float](repeating: 0, count: 480)
    let constant = [Float](repeating: 0.5, count: 480)
    #expect(try SISDR.decibels(of: block(tone), from: block(tone)) == nil)
    #expect(try SISDR.decibels(of: block(silence), from: block(tone)) == nil)
    #expect(try SISDR.decibels(of: block(tone), from: block(silence)) == nil)
    #expect(try SISDR.decibels(of: block(tone), from: block(constant)) == nil)
  }

  /// Channels share one scale, so that swapping two unlike channels is a distortion.
  @Test func channelsShareOneScale() throws {
    let loud = (0..<480).map { sin(2 * Float.pi * Float($0) / 48) }
    let soft = loud.map { $0 / 2 }
    let found = try #require(try SISDR.decibels(of: block(soft, loud), from: block(loud, soft)))
    // The projection is 0.8 of the reference: 0.64 · 1.25 against 0.45 of distortion.
    #expect(abs(found - 10 * log10(0.8 / 0.45)) < 1e-3)
  }

  @Test func refusesUnequalLengths() {
    #expect(throws: EvaluationError.sampleCountsDiffer(degraded: 1, reference: 2)) {
      try SISDR.decibels(of: block([0]), from: block([0, 1]))
    }
  }
}

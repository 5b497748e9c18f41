import Evaluation
import Foundation
import Signal
import Testing

@Suite struct SpectralFluxTests {
  /// Makes a tone in reproducible noise; `phaseJump` is the sample at which the tone is inverted.
  private func signal(sampleCount: Int, phaseJump: Int? = nil) -> AudioBuffer {
    var state: UInt32 = 12_345
    let samples = (0..<sampleCount).map { index -> Float in
      state = state &* 1_664_525 &+ 1_013_904_223
      let tone = 0.5 * sin(2 * Float.pi * Float(index) / 100)
      let sign: Float = phaseJump.map { index >= $0 } == true ? -1 : 1
      return sign * tone + 0.001 * (Float(state >> 8) / Float(1 << 24) - 0.5)
    }
    return AudioBuffer(channels: [samples], sampleRateHz: 44_100)
  }

  @Test func aStepRaisesTheFramesThatSeeIt() throws {
    var samples = [Float](repeating: 0, count: 8_192)
    for index in 4_096..<8_192 { samples[index] = index % 2 == 0 ? 0.5 : -0.5 }
    let flux = SpectralFlux(of: AudioBuffer(channels: [samples], sampleRateHz: 44_100))
    #expect(flux.values.count == 65)
    let near = flux.frames(around: 4_096)
    #expect(near == 30..<35)
    #expect(flux.values[..<30].allSatisfy { $0 == 0 })
    #expect(flux.values[near].contains { $0 > 10 })
    #expect(flux.peak(around: 4_096) == flux.values.max())
  }

  @Test func findsTheJoinThatClicks() throws {
    let jump = 22_075  // The tone has its minimum here, three quarters through a period.
    let clean = SpectralFlux(of: signal(sampleCount: 44_100))
    let broken = SpectralFlux(of: signal(sampleCount: 44_100, phaseJump: jump))
    let joins = [11_025, jump, 33_075]
    #expect(try broken.joins(joins, exceedingPercentile: 0.99) == [jump])
    #expect(try clean.joins([jump], exceedingPercentile: 1) == [])
  }

  @Test func channelsAreAveraged() {
    let mono = signal(sampleCount: 4_000, phaseJump: 2_000)
    let silence = [Float](repeating: 0, count: 4_000)
    let stereo = AudioBuffer(channels: [mono.channels[0], silence], sampleRateHz: 44_100)
    for (one, two) in zip(SpectralFlux(of: mono).values, SpectralFlux(of: stereo).values) {
      #expect(abs(one - 2 * two) < 1e-9)
    }
  }

  @Test func joinsBeyondTheSignalAndSignalsWithoutFramesAreHarmless() throws {
    let flux = SpectralFlux(of: signal(sampleCount: 10_000))
    #expect(flux.peak(around: 1_000_000) == 0)
    #expect(flux.peak(around: -1_000_000) == 0)
    let empty = SpectralFlux(of: AudioBuffer(channels: [[]], sampleRateHz: 44_100))
    #expect(empty.values.isEmpty && empty.peak(around: 0) == 0)
    #expect(throws: EvaluationError.tooFewValues(found: 0, minimum: 1)) {
      try empty.joins([0], exceedingPercentile: 0.99)
    }
  }

  @Test func percentilesInterpolate() throws {
    #expect(try Percentile.value(at: 0.5, of: [4, 1, 3, 2]) == 2.5)
    #expect(try Percentile.value(at: 0, of: [4, 1, 3, 2]) == 1)
    #expect(try Percentile.value(at: 1, of: [4, 1, 3, 2]) == 4)
    #expect(try Percentile.value(at: 0.99, of: [7]) == 7)
    #expect(abs(try Percentile.value(at: 0.9, of: [1, 2, 3, 4]) - 3.7) < 1e-12)
  }
}

import Evaluation
import Foundation
import Signal
import Testing

@Suite struct SignalDefectsTests {
  private func defects(_ channels: [Float]..., rate: Int = 1_000) -> SignalDefects {
    SignalDefects(of: AudioBuffer(channels: channels, sampleRateHz: rate))
  }

  @Test func aCleanToneHasNone() throws {
    let tone = (0..<1_000).map { sin(2 * Float.pi * Float($0) / 10) }
    let found = defects(tone)
    #expect(!found.isSilent && !found.isClipped && !found.hasDCOffset)
    #expect(found.longestSilenceSeconds == 0 && found.nonFiniteSampleCount == 0)
    #expect(abs(try #require(found.rmsDBFS) + 3.01) < 0.01)
  }

  @Test func silenceIsALevelBelowTheGate() {
    #expect(defects([Float](repeating: 0, count: 100)).isSilent)
    #expect(defects([Float](repeating: 0, count: 100)).rmsDBFS == nil)
    #expect(defects([]).isSilent)
    #expect(SignalDefects(of: AudioBuffer(channels: [], sampleRateHz: 48_000)).isSilent)
    // −72 and −68 dBFS.
    #expect(defects([Float](repeating: 2.5e-4, count: 100)).isSilent)
    #expect(!defects([Float](repeating: 4e-4, count: 100)).isSilent)
  }

  @Test func findsTheLongestSilenceThatAllChannelsShare() {
    var left = [Float](repeating: 0.5, count: 1_000)
    var right = left
    for index in 100..<400 { left[index] = 0 }
    for index in 200..<600 { right[index] = 0 }
    for index in 900..<1_000 {
      left[index] = 0
      right[index] = 0
    }
    #expect(defects(left, right).longestSilenceSeconds == 0.2)
    #expect(defects(left).longestSilenceSeconds == 0.3)
  }

  @Test func clippingIsARunAtFullScale() {
    #expect(defects([0, 1, 1, 0, -1, -1, 0, 1]).clippedSampleCount == 0)
    #expect(defects([0, 1, 1, 1, 0, -1, 1, -1.5, 1]).clippedSampleCount == 7)
    #expect(defects([0, 0.99, 0.99, 0.99, 0.99]).clippedSampleCount == 0)
    #expect(defects([0.999_97, 0.999_97, 0.999_97], [0, 0, 0]).clippedSampleCount == 3)
  }

  @Test func aFlatTopIsARunAtTheChannelsOwnPeak() {
    #expect(defects([0, 0.3, 0.3, 0.3, 0, -0.3, -0.3, 0.1, 0.3]).flatTopSampleCount == 3)
    #expect(defects([0, 0.3, 0.3, 0.3, 0, -0.2, -0.2, -0.2, -0.2]).flatTopSampleCount == 7)
    #expect(defects([0, 0.3, 0.3, 0.3, 0.4]).flatTopSampleCount == 0)
    #expect(defects([0, 0.2, 0.2, 0.2], [0.5, 0, 0, 0.5]).flatTopSampleCount == 3)
    #expect(defects([0, 0, 0, 0]).flatTopSampleCount == 0)
    #expect(defects([1e-4, 1e-4, 1e-4, 1e-4]).flatTopSampleCount == 0)
  }

  @Test func theWorstChannelsOffsetCounts() {
    let found = defects([0.1, -0.1], [-0.2, 0.1])
    #expect(abs(found.dcOffset + 0.05) < 1e-7)
    #expect(found.hasDCOffset)
    #expect(!defects([0.1, -0.1]).hasDCOffset)
  }

  @Test func countsWhatIsNoNumber() {
    let found = defects([.nan, .infinity, 0.5, -.infinity])
    #expect(found.nonFiniteSampleCount == 3)
    #expect(found.dcOffset == 0.125)
    #expect(found.rmsDBFS?.isFinite == true)
  }
}

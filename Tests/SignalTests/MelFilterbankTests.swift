import Foundation
import Signal
import Testing

@Suite struct MelFilterbankTests {
  private func response(_ bank: MelFilterbank, toBin bin: Int) -> [Float] {
    var magnitudes = [Float](repeating: 0, count: bank.binCount)
    magnitudes[bin] = 1
    var bands = [Float](repeating: .nan, count: bank.bandCount)
    bank.apply(to: magnitudes, into: &bands)
    return bands
  }

  /// Compares every weight with the closed form for all bands and bins.
  @Test(arguments: [(2_048, 150), (512, 80), (2_048, 320), (32, 5), (64, 40)])
  func agreesWithTheDefinition(windowLength: Int, bandCount: Int) {
    let rate = 44_100.0
    func mel(_ hz: Double) -> Double { hz < 1_000 ? hz * 3 / 200 : 15 + 27 * log(hz / 1_000) / log(6.4) }
    func hz(_ mel: Double) -> Double { mel < 15 ? mel * 200 / 3 : 1_000 * pow(6.4, (mel - 15) / 27) }
    let bank = MelFilterbank(sampleRateHz: 44_100, windowLength: windowLength, bandCount: bandCount)
    let corners = (0...bandCount + 1).map { hz(mel(rate / 2) * Double($0) / Double(bandCount + 1)) }
    var largestError = 0.0
    for bin in 0..<bank.binCount {
      let bands = response(bank, toBin: bin)
      let frequency = Double(bin) * rate / Double(windowLength)
      for band in 0..<bandCount {
        let rising = (frequency - corners[band]) / (corners[band + 1] - corners[band])
        let falling = (corners[band + 2] - frequency) / (corners[band + 2] - corners[band + 1])
        let weight = max(0, min(rising, falling)) * 2 / (corners[band + 2] - corners[band])
        largestError = max(largestError, abs(Double(bands[band]) - weight))
      }
    }
    #expect(largestError < 1e-8)
  }

  @Test func theHighestBandEndsAtHalfTheSampleRate() {
    let bank = MelFilterbank(sampleRateHz: 44_100, windowLength: 2_048, bandCount: 80)
    #expect(response(bank, toBin: 1_024).allSatisfy { $0 < 1e-9 })
    #expect(response(bank, toBin: 1_020)[79] > 0)
    #expect(response(bank, toBin: 0).allSatisfy { $0 == 0 })
  }
}

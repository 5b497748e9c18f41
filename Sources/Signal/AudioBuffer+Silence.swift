import Foundation

extension AudioBuffer {
  /// BS.1770's absolute gate: what lies below does not count as programme.
  public static let silenceDBFS = -70.0

  /// 40 dB below the original: no codec of use loses that much.
  private static let lostEnergyRatio = 1e-4
  private static let silencedShare = 0.95

  /// Whether next to nothing of `original` is left in this copy of it: as a whole, or in nearly all blocks of 10 ms that
  /// have sound. A copy may begin with a click that holds more energy than is left out. Of silence nothing can be lost.
  ///
  /// - Precondition: both have the same format and length.
  public func hasLost(_ original: AudioBuffer) -> Bool {
    precondition(
      channelCount == original.channelCount && sampleRateHz == original.sampleRateHz
        && sampleCount == original.sampleCount, "a copy of another format or length")
    let silentPower = pow(10, Self.silenceDBFS / 10)
    let length = max(1, sampleRateHz / 100)
    var (originalEnergy, energyLeft) = (0.0, 0.0)
    var (soundingCount, silencedCount) = (0, 0)
    for start in stride(from: 0, to: sampleCount, by: length) {
      let range = start..<min(start + length, sampleCount)
      let limit = silentPower * Double(range.count * channelCount)
      let (before, after) = (original.energy(in: range), energy(in: range))
      originalEnergy += before
      energyLeft += after
      guard before >= limit else { continue }
      soundingCount += 1
      if after < limit { silencedCount += 1 }
    }
    let silentEnergy = silentPower * Double(sampleCount * channelCount)
    guard originalEnergy > 0, originalEnergy >= silentEnergy else { return false }
    return energyLeft < max(silentEnergy, Self.lostEnergyRatio * originalEnergy)
      || Double(silencedCount) >= Self.silencedShare * Double(soundingCount)
  }

  /// Sum of squares over all channels.
  private func energy(in range: Range<Int>) -> Double {
    channels.reduce(0.0) { $0 + $1[range].reduce(0.0) { $0 + Double($1) * Double($1) } }
  }
}

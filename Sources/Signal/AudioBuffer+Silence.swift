import Foundation

extension AudioBuffer {
  /// Power below which audio counts as silence, in dB relative to full scale: the value of the absolute gate of ITU-R
  /// BS.1770-4.
  public static let silenceDBFS = -70.0

  /// Ratio of the copy's energy to the energy of the original below which the copy counts as lost: −40 dB, more than
  /// any useful codec loses.
  private static let lostEnergyRatio = 1e-4
  /// Share of the 10 ms segments with sound that must have become silent for the copy to count as lost.
  private static let silencedShare = 0.95

  /// Whether this copy has lost nearly all sound of `original`.
  ///
  /// A copy counts as lost in two cases: its total energy is below 1/10 000 of the original's energy or below silence,
  /// or at least 95 % of the 10 ms segments with sound have become silent. The second test finds copies whose energy is
  /// in a single click. An original whose mean power is below silence cannot be lost.
  ///
  /// - Precondition: both buffers have the same channel count, sample rate and length.
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

  /// Sum of the squares of all channels in `range`.
  private func energy(in range: Range<Int>) -> Double {
    channels.reduce(0.0) { $0 + $1[range].reduce(0.0) { $0 + Double($1) * Double($1) } }
  }
}

import Glibc

/// The rule that brings audio to a codec's loudness with one gain.
///
/// As in DAC and VampNet the gain moves the BS.1770 loudness to a target and is then lowered, if need be, so that no
/// sample passes 1 in absolute value: the signal is scaled as a whole, never clipped.
public struct LoudnessNormalisation: Equatable, Sendable {
  /// Loudness that the codec was trained at, in LUFS; VampNet −24, DAC −16.
  public var targetLUFS: Double

  public init(targetLUFS: Double) {
    self.targetLUFS = targetLUFS
  }

  /// The gain for audio of this loudness and sample peak.
  ///
  /// Without a loudness (silence, clips under 400 ms) it is 0 dB; a peak above 1 still lowers it.
  public func gain(loudnessLUFS: Double?, samplePeak: Float) -> QuantisedGain {
    let wanted = loudnessLUFS.map { targetLUFS - $0 } ?? 0
    return QuantisedGain(decibels: wanted, ceilingDB: Self.peakCeilingDB(samplePeak: samplePeak))
  }

  /// The gain for everything a meter has heard.
  public func gain(for meter: LoudnessMeter) -> QuantisedGain {
    gain(loudnessLUFS: meter.integratedLoudnessLUFS, samplePeak: meter.samplePeak)
  }

  /// The highest gain in dB that leaves a peak at 1; infinite for digital silence.
  static func peakCeilingDB(samplePeak: Float) -> Double {
    samplePeak > 0 ? -20 * log10(Double(samplePeak)) : .infinity
  }
}

import Glibc
public import Tokens

/// Rule that brings audio to the loudness that a codec was trained on, by one gain.
///
/// As in DAC and VampNet, the gain first brings the BS.1770 loudness to a target. The gain is then lowered until no
/// absolute sample exceeds 1. Audio is never clipped.
public struct LoudnessNormalisation: Equatable, Sendable {
  /// Target loudness in LUFS, on which the codec was trained: −24 for VampNet, −16 for DAC.
  public var targetLUFS: Double

  /// Lowest loudness in LUFS that is brought to the target: a larger gain would amplify only noise (audiotools 0.7.2,
  /// `core/loudness.py`, `MIN_LOUDNESS`).
  static let lowestLUFS = -70.0

  /// Rule with the given target loudness in LUFS.
  public init(targetLUFS: Double) {
    self.targetLUFS = targetLUFS
  }

  /// Gain for audio of the given loudness and sample peak.
  ///
  /// - Parameters:
  ///   - loudnessLUFS: Integrated loudness. A loudness below −70 LUFS counts as −70 LUFS; nil (digital silence) gives
  ///     0 dB, or less for a peak above 1.
  ///   - samplePeak: Largest absolute sample.
  public func gain(loudnessLUFS: Double?, samplePeak: Float) -> Gain {
    let wanted = loudnessLUFS.map { targetLUFS - max($0, Self.lowestLUFS) } ?? 0
    return Gain(decibels: wanted, ceilingDB: Self.peakCeilingDB(samplePeak: samplePeak))
  }

  /// Gain for all audio that `meter` has measured.
  public func gain(for meter: LoudnessMeter) -> Gain {
    gain(loudnessLUFS: meter.integratedLoudnessLUFS, samplePeak: meter.samplePeak)
  }

  /// Highest gain in dB that leaves a peak at 1 or below; infinite for digital silence.
  static func peakCeilingDB(samplePeak: Float) -> Double {
    samplePeak > 0 ? -20 * log10(Double(samplePeak)) : .infinity
  }
}

import Foundation
public import Signal

/// Scale-invariant signal-to-distortion ratio (Le Roux et al., arXiv 1811.02508, equation 4), on zero-mean signals.
public enum SISDR {
  /// Computes the ratio in dB over all channels together: one scale, and one mean per signal, as in audiotools.
  ///
  /// - Returns: nil where the ratio is infinite or undefined: no distortion, no part of the reference in the degraded
  ///   signal, or a constant reference.
  /// - Throws: `EvaluationError` where the signals differ in shape, are empty or hold NaN or infinity.
  public static func decibels(of degraded: AudioBuffer, from reference: AudioBuffer) throws(EvaluationError) -> Double?
  {
    decibels(of: try ComparablePair(degraded: degraded, reference: reference))
  }

  static func decibels(of pair: ComparablePair) -> Double? {
    let degradedMean = mean(of: pair.degraded)
    let referenceMean = mean(of: pair.reference)
    var product = 0.0
    var referenceEnergy = 0.0
    for (degraded, reference) in zip(pair.degraded.channels, pair.reference.channels) {
      for (a, b) in zip(degraded, reference) {
        let centred = Double(b) - referenceMean
        product += (Double(a) - degradedMean) * centred
        referenceEnergy += centred * centred
      }
    }
    guard referenceEnergy > 0, product != 0 else { return nil }
    let scale = product / referenceEnergy
    var distortionEnergy = 0.0
    for (degraded, reference) in zip(pair.degraded.channels, pair.reference.channels) {
      for (a, b) in zip(degraded, reference) {
        let distortion = (Double(a) - degradedMean) - scale * (Double(b) - referenceMean)
        distortionEnergy += distortion * distortion
      }
    }
    guard distortionEnergy > 0 else { return nil }
    return 10 * log10(scale * scale * referenceEnergy / distortionEnergy)
  }

  private static func mean(of audio: AudioBuffer) -> Double {
    let sum = audio.channels.reduce(0.0) { $0 + $1.reduce(0.0) { $0 + Double($1) } }
    return sum / Double(audio.channelCount * audio.sampleCount)
  }
}

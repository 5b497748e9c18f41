import Foundation
public import Signal

/// Multi-scale distance between magnitude spectra: what `MelSpectrogramLoss` and `MultiScaleSTFTLoss` of
/// descript-audio-codec (`dac/nn/loss.py`) have in common.
///
/// Per scale, the mean over channels, frames and bands of `logWeight · |log10 a − log10 b| + magnitudeWeight · |a − b|`,
/// with a and b clamped from below inside the logarithm; summed over the scales. 0 for equal signals.
public struct SpectralDistance: Equatable, Sendable {
  /// One resolution; the hop is a quarter of the window.
  public struct Scale: Equatable, Sendable {
    public let windowLength: Int
    /// Mel bands, or `nil` to compare the bins of the transform themselves.
    public let melBandCount: Int?

    /// - Precondition: `windowLength` is a positive multiple of 4, `melBandCount` is positive.
    public init(windowLength: Int, melBandCount: Int? = nil) {
      precondition(windowLength > 0 && windowLength % 4 == 0, "window length is not a multiple of 4")
      precondition(melBandCount ?? 1 > 0, "no mel bands")
      self.windowLength = windowLength
      self.melBandCount = melBandCount
    }
  }

  public let scales: [Scale]
  /// Published code raises magnitudes to this power inside the logarithm, which only scales that term.
  public let logWeight: Double
  public let magnitudeWeight: Double
  /// Magnitudes below this count as this inside the logarithm.
  public let floor: Float

  public init(scales: [Scale], logWeight: Double, magnitudeWeight: Double, floor: Float = 1e-5) {
    self.scales = scales
    self.logWeight = logWeight
    self.magnitudeWeight = magnitudeWeight
    self.floor = floor
  }

  /// - Throws: `EvaluationError` when the signals differ in shape, are empty or hold NaN or infinity.
  /// - Complexity: O(samples · log window) time, constant memory.
  public func distance(of degraded: AudioBlock, from reference: AudioBlock) throws(EvaluationError) -> Double {
    let pair = try ComparablePair(degraded: degraded, reference: reference)
    return scales.reduce(0) { $0 + distance(at: $1, of: pair) }
  }

  private func distance(at scale: Scale, of pair: ComparablePair) -> Double {
    let stft = STFT(windowLength: scale.windowLength, hopLength: scale.windowLength / 4)
    let bank = scale.melBandCount.map {
      MelFilterbank(sampleRateHz: pair.reference.sampleRateHz, windowLength: scale.windowLength, bandCount: $0)
    }
    let frameCount = stft.frameCount(forSampleCount: pair.reference.sampleCount)
    var magnitudes = [Float](repeating: 0, count: stft.binCount)
    var degradedBands = [Float](repeating: 0, count: bank?.bandCount ?? stft.binCount)
    var referenceBands = degradedBands
    var sum = 0.0
    for (degraded, reference) in zip(pair.degraded.channels, pair.reference.channels) {
      for frame in 0..<frameCount {
        if let bank {
          stft.magnitudes(ofFrame: frame, in: degraded, into: &magnitudes)
          bank.apply(to: magnitudes, into: &degradedBands)
          stft.magnitudes(ofFrame: frame, in: reference, into: &magnitudes)
          bank.apply(to: magnitudes, into: &referenceBands)
        } else {
          stft.magnitudes(ofFrame: frame, in: degraded, into: &degradedBands)
          stft.magnitudes(ofFrame: frame, in: reference, into: &referenceBands)
        }
        sum += frameDistance(degradedBands, referenceBands)
      }
    }
    return sum / Double(pair.reference.channelCount * frameCount * referenceBands.count)
  }

  /// Sum over the bands of one frame.
  private func frameDistance(_ degraded: [Float], _ reference: [Float]) -> Double {
    var logSum = 0.0
    var magnitudeSum = 0.0
    for index in 0..<degraded.count {
      let (a, b) = (degraded[index], reference[index])
      logSum += Double(abs(log10(max(a, floor) / max(b, floor))))
      magnitudeSum += Double(abs(a - b))
    }
    return logWeight * logSum + magnitudeWeight * magnitudeSum
  }
}

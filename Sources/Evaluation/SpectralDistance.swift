public import Signal

/// Multi-scale distance between magnitude spectra, the common form of `MelSpectrogramLoss` and `MultiScaleSTFTLoss` of
/// descript-audio-codec (`dac/nn/loss.py`).
///
/// The distance of one scale is the mean over channels, frames and bands of `logWeight · |log10 a − log10 b| +
/// magnitudeWeight · |a − b|`. Inside the logarithm a and b are clamped from below. The distances of all scales are
/// added up. Equal signals have distance 0.
public struct SpectralDistance: Equatable, Sendable {
  /// Resolution of a spectrum; the hop is a quarter of the window.
  public struct Scale: Hashable, Sendable {
    /// Number of samples of a window.
    public let windowLength: Int
    /// Number of mel bands; nil compares the bins of the transform.
    public let melBandCount: Int?

    /// Creates a scale.
    ///
    /// - Precondition: `windowLength` is a positive multiple of 4, `melBandCount` is positive.
    public init(windowLength: Int, melBandCount: Int? = nil) {
      precondition(windowLength > 0 && windowLength % 4 == 0, "window length is not a multiple of 4")
      precondition(melBandCount ?? 1 > 0, "no mel bands")
      self.windowLength = windowLength
      self.melBandCount = melBandCount
    }
  }

  /// Scales whose distances are added up.
  public let scales: [Scale]
  /// Weight of the difference of log magnitudes. Published code raises the magnitudes inside the logarithm to this
  /// power instead, which has the same effect.
  public let logWeight: Double
  /// Weight of the difference of magnitudes.
  public let magnitudeWeight: Double
  /// Least magnitude inside the logarithm; smaller magnitudes count as this value.
  public let floor: Float

  /// Creates a distance from its scales and weights.
  public init(scales: [Scale], logWeight: Double, magnitudeWeight: Double, floor: Float = 1e-5) {
    self.scales = scales
    self.logWeight = logWeight
    self.magnitudeWeight = magnitudeWeight
    self.floor = floor
  }

  /// Computes the distance of a degraded signal from its reference.
  ///
  /// - Throws: `EvaluationError` where the signals differ in shape, are empty or hold NaN or infinity.
  /// - Complexity: O(samples · log window) time, constant memory.
  public func distance(of degraded: AudioBuffer, from reference: AudioBuffer) throws(EvaluationError) -> Double {
    let pair = try ComparablePair(degraded: degraded, reference: reference)
    return SpectralComparison(for: [self]).distances(of: pair)[0]
  }
}

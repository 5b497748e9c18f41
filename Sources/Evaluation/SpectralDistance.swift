public import Signal

/// Multi-scale distance between magnitude spectra: what `MelSpectrogramLoss` and `MultiScaleSTFTLoss` of
/// descript-audio-codec (`dac/nn/loss.py`) have in common.
///
/// Per scale, the mean over channels, frames and bands of `logWeight · |log10 a − log10 b| + magnitudeWeight · |a − b|`,
/// with a and b clamped from below inside the logarithm; summed over the scales. 0 for equal signals.
public struct SpectralDistance: Equatable, Sendable {
  /// One resolution; the hop is a quarter of the window.
  public struct Scale: Hashable, Sendable {
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
  public func distance(of degraded: AudioBuffer, from reference: AudioBuffer) throws(EvaluationError) -> Double {
    let pair = try ComparablePair(degraded: degraded, reference: reference)
    return SpectralComparison(for: [self]).distances(of: pair)[0]
  }
}

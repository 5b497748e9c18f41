extension Metric {
  /// Direction in which the values of a metric get better.
  public enum Direction: String, Sendable {
    /// Lower values are better, as for a distance from the original.
    case lowerIsBetter = "lower is better"
    /// Higher values are better, as for a ratio of signal to distortion.
    case higherIsBetter = "higher is better"
    /// Values nearer 0 are better, as for a difference that may have either sign.
    case nearerZeroIsBetter = "nearer 0 is better"
    /// Values nearer the value of the original are better, as for a bandwidth.
    case nearerOriginalIsBetter = "nearer the original is better"
    /// No value is better than another, because the metric describes the original alone.
    case neither = "neither direction is better"
  }

  /// Title of the metric, without its unit.
  public var title: String {
    switch self {
    case .melDistance: "mel distance (VampNet)"
    case .dacMelDistance: "mel distance (DAC)"
    case .sevenScaleMelDistance: "mel distance (seven scales)"
    case .stftDistance: "STFT distance"
    case .siSDR: "SI-SDR"
    case .loudnessDifference: "loudness difference"
    case .decodedBandwidth: "bandwidth"
    case .referenceBandwidth: "bandwidth of the original"
    case .lag: "lag"
    case .clippedSamples: "clipped samples"
    case .longestSilence: "longest silence"
    case .dcOffset: "DC offset"
    case .frechetDistance: "Fréchet distance"
    }
  }

  /// Unit of the metric; nil for a metric without a unit.
  public var unit: String? {
    switch self {
    case .siSDR: "dB"
    case .loudnessDifference: "LU"
    case .decodedBandwidth, .referenceBandwidth: "Hz"
    case .lag: "samples"
    case .longestSilence: "s"
    case .melDistance, .dacMelDistance, .sevenScaleMelDistance, .stftDistance, .clippedSamples, .dcOffset,
      .frechetDistance:
      nil
    }
  }

  /// Title with the unit, as column headings and axes show it: `SI-SDR, dB`.
  public var heading: String { unit.map { "\(title), \($0)" } ?? title }

  /// Direction in which the values get better.
  public var direction: Direction {
    switch self {
    case .melDistance, .dacMelDistance, .sevenScaleMelDistance, .stftDistance, .frechetDistance: .lowerIsBetter
    case .siSDR: .higherIsBetter
    case .loudnessDifference, .lag, .dcOffset: .nearerZeroIsBetter
    case .decodedBandwidth, .clippedSamples, .longestSilence: .nearerOriginalIsBetter
    case .referenceBandwidth: .neither
    }
  }
}

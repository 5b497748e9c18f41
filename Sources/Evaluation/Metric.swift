/// The figures that are reported, under the names that tables and JSON give them.
public enum Metric: String, CaseIterable, Sendable {
  case melDistance = "mel_distance"
  case dacMelDistance = "dac_mel_distance"
  case sevenScaleMelDistance = "mel7_distance"
  case stftDistance = "stft_distance"
  case siSDR = "si_sdr_db"
  case loudnessDifference = "loudness_difference_db"
  case bandwidth = "decoded_bandwidth_hz"
  case lag = "lag_samples"
  /// Of sets of clips, see `FrechetEstimate`.
  case frechetDistance = "frechet_distance"

  /// Those that one clip has.
  public static let ofClips: [Metric] = allCases.filter { $0 != .frechetDistance }
}

extension ClipMeasurement {
  /// The figure of one metric; nil where it is undefined, as the Fréchet distance always is for one clip.
  public func value(of metric: Metric) -> Double? {
    switch metric {
    case .melDistance: melDistance
    case .dacMelDistance: dacMelDistance
    case .sevenScaleMelDistance: sevenScaleMelDistance
    case .stftDistance: stftDistance
    case .siSDR: siSDRDB
    case .loudnessDifference: loudnessDifferenceDB
    case .bandwidth: decodedBandwidthHz
    case .lag: lag.map { Double($0.lagSamples) }
    case .frechetDistance: nil
    }
  }
}

/// A figure that a sweep has for every clip and condition; the raw value is its column in `results.csv`.
public enum SweepMetric: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable {
  /// Mel distance of the VampNet paper, equation 3.
  case mel
  /// Mel distance with the defaults of descript's published loss.
  case melDAC = "mel_dac"
  /// Seven-scale mel distance, DAC's training loss.
  case mel7
  /// Multi-scale STFT distance.
  case stft
  case siSDR = "si_sdr_db"
  /// Integrated loudness after BS.1770, decoded minus reference.
  case loudnessDifference = "loudness_difference_db"
  case bandwidth = "bandwidth_hz"
  case referenceBandwidth = "reference_bandwidth_hz"
  /// By which the decoded signal comes late.
  case lag = "lag_samples"
  case clippedSamples = "clipped_samples"
  case longestSilence = "longest_silence_seconds"
  case dcOffset = "dc_offset"

  public var title: String {
    switch self {
    case .mel: "mel distance (VampNet eq. 3)"
    case .melDAC: "mel distance (DAC)"
    case .mel7: "mel distance (seven scales)"
    case .stft: "STFT distance"
    case .siSDR: "SI-SDR, dB"
    case .loudnessDifference: "loudness difference, dB"
    case .bandwidth: "bandwidth, Hz"
    case .referenceBandwidth: "bandwidth of the original, Hz"
    case .lag: "lag, samples"
    case .clippedSamples: "clipped samples"
    case .longestSilence: "longest silence, s"
    case .dcOffset: "DC offset"
    }
  }
}

import Sweep

extension SweepMetric {
  /// Which way is better, nil where neither is.
  var direction: String? {
    switch self {
    case .mel, .melDAC, .mel7, .stft: "lower is better"
    case .siSDR: "higher is better"
    case .loudnessDifference, .lag, .dcOffset: "nearer 0 is better"
    case .bandwidth, .referenceBandwidth, .clippedSamples, .longestSilence: nil
    }
  }

  /// Whether its curve says something of quality; the others are found in the tables.
  var hasCurve: Bool {
    switch self {
    case .mel, .melDAC, .mel7, .stft, .siSDR, .loudnessDifference, .bandwidth: true
    case .referenceBandwidth, .lag, .clippedSamples, .longestSilence, .dcOffset: false
    }
  }

  /// Whether 0 is the value of a perfect copy, below which there is nothing.
  var isDistance: Bool {
    switch self {
    case .mel, .melDAC, .mel7, .stft: true
    default: false
    }
  }
}

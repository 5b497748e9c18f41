import Sweep

extension SweepMetric {
  /// Text that says which values are better; nil where neither are.
  var direction: String? {
    switch self {
    case .mel, .melDAC, .mel7, .stft: "lower is better"
    case .siSDR: "higher is better"
    case .loudnessDifference, .lag, .dcOffset: "nearer 0 is better"
    case .bandwidth, .referenceBandwidth, .clippedSamples, .longestSilence: nil
    }
  }

  /// Whether the page draws a curve of the metric; other metrics appear only in the tables.
  var hasCurve: Bool {
    switch self {
    case .mel, .melDAC, .mel7, .stft, .siSDR, .loudnessDifference, .bandwidth: true
    case .referenceBandwidth, .lag, .clippedSamples, .longestSilence, .dcOffset: false
    }
  }

  /// Whether the metric is a distance: 0 for a perfect copy, never negative.
  var isDistance: Bool {
    switch self {
    case .mel, .melDAC, .mel7, .stft: true
    default: false
    }
  }
}

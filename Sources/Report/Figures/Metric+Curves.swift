import Evaluation

extension Metric {
  /// Text that says which values are better, such as `lower is better`; nil if none are.
  var directionText: String? { direction == .neither ? nil : direction.rawValue }

  /// Whether the page draws one chart of the metric against the rate. Fréchet distances have a chart for each embedding
  /// instead. Other metrics without a chart appear only in the tables.
  var hasCurve: Bool {
    switch self {
    case .melDistance, .dacMelDistance, .sevenScaleMelDistance, .stftDistance, .siSDR, .loudnessDifference,
      .decodedBandwidth:
      true
    case .referenceBandwidth, .lag, .clippedSamples, .longestSilence, .dcOffset, .frechetDistance: false
    }
  }

  /// Whether the metric is a distance: 0 for a perfect copy, never negative.
  var isDistance: Bool {
    switch self {
    case .melDistance, .dacMelDistance, .sevenScaleMelDistance, .stftDistance, .frechetDistance: true
    default: false
    }
  }
}

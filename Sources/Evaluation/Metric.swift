/// Figure that vampc measures on decoded clips and their originals, the references.
///
/// The raw value of a metric is its name in tables, JSON and file names.
public enum Metric: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable {
  /// Mel distance of the VampNet paper, equation 3.
  case melDistance = "mel_distance"
  /// Mel distance of DAC's published tables.
  case dacMelDistance = "dac_mel_distance"
  /// Mel distance over seven scales, DAC's training loss.
  case sevenScaleMelDistance = "mel7_distance"
  /// STFT distance over two scales.
  case stftDistance = "stft_distance"
  /// Scale-invariant signal-to-distortion ratio in dB.
  case siSDR = "si_sdr_db"
  /// Integrated loudness of the decoded clip minus integrated loudness of the reference, in LU.
  case loudnessDifference = "loudness_difference_db"
  /// Bandwidth of the decoded clip in Hz.
  case decodedBandwidth = "decoded_bandwidth_hz"
  /// Bandwidth of the reference in Hz.
  case referenceBandwidth = "reference_bandwidth_hz"
  /// Delay of the decoded clip in samples; positive where the decoded clip comes later than the reference.
  case lag = "lag_samples"
  /// Number of clipped samples of the decoded clip, over all channels.
  case clippedSamples = "decoded_clipped_samples"
  /// Longest silence of the decoded clip, in seconds.
  case longestSilence = "decoded_longest_silence_seconds"
  /// DC offset of the decoded clip: mean of the channel whose mean lies farthest from 0, where 1 is full scale.
  case dcOffset = "decoded_dc_offset"
  /// Squared Fréchet distance of a set of decoded clips from a set of references (`FrechetEstimate`).
  case frechetDistance = "frechet_distance"

  /// Metrics of a single decoded clip: all metrics except the Fréchet distance, which needs a set of clips.
  public static let ofClips: [Metric] = allCases.filter { $0 != .frechetDistance }

  /// Name of the metric in tables, JSON and file names.
  public var id: String { rawValue }

  /// Names that earlier versions of `vampc sweep` wrote; reading accepts them (`formats/sweep-report.md`).
  private static let formerIDs: [String: Metric] = [
    "mel": .melDistance, "mel_dac": .dacMelDistance, "mel7": .sevenScaleMelDistance, "stft": .stftDistance,
    "bandwidth_hz": .decodedBandwidth, "clipped_samples": .clippedSamples,
    "longest_silence_seconds": .longestSilence, "dc_offset": .dcOffset,
  ]

  /// Finds a metric by its name or by a name that earlier versions wrote; nil for any other name.
  public init?(id: String) {
    guard let metric = Metric(rawValue: id) ?? Self.formerIDs[id] else { return nil }
    self = metric
  }

  /// Finds a metric by the key of a JSON object, as `init(id:)` does.
  public init?(codingKey: some CodingKey) { self.init(id: codingKey.stringValue) }
}

extension ClipMeasurement {
  /// Returns the value of one metric; nil where the value is undefined. The Fréchet distance is undefined for one clip.
  public func value(of metric: Metric) -> Double? {
    switch metric {
    case .melDistance: melDistance
    case .dacMelDistance: dacMelDistance
    case .sevenScaleMelDistance: sevenScaleMelDistance
    case .stftDistance: stftDistance
    case .siSDR: siSDRDB
    case .loudnessDifference: loudnessDifferenceDB
    case .decodedBandwidth: decodedBandwidthHz
    case .referenceBandwidth: referenceBandwidthHz
    case .lag: lag.map { Double($0.lagSamples) }
    case .clippedSamples: Double(decodedDefects.clippedSampleCount)
    case .longestSilence: decodedDefects.longestSilenceSeconds
    case .dcOffset: decodedDefects.dcOffset
    case .frechetDistance: nil
    }
  }
}

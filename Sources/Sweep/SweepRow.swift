/// Result of one clip under one condition: a row of `results.csv` (`formats/sweep-report.md`).
public struct SweepRow: Codable, Equatable, Sendable {
  /// Outcome of coding; only `ok` rows are points of a curve.
  public enum Outcome: String, Codable, Sendable {
    case ok
    /// Codec that wrote more than requested.
    case rateExceeded = "rate-exceeded"
    /// Codec that wrote silence for a clip with sound.
    case silent
  }

  /// Name of the clip.
  public var clip: String
  /// Identifier of the condition (`SweepCondition.identifier`).
  public var condition: String
  /// Outcome of coding.
  public var outcome: Outcome
  /// Size of the coded tokens or packets alone; nil where there is no file.
  public var payloadBytes: Int?
  /// Size of the whole file with its container; nil where there is no file.
  public var fileBytes: Int?
  /// Length of the clip.
  public var seconds: Double
  /// Share of the codec's tokens that are masked, 0...1; nil for methods without tokens.
  public var missingShare: Double?
  /// Figures by metric; undefined figures are absent, such as the SI-SDR of identical signals.
  public var values: [SweepMetric: Double]
  /// Flags of the clip (`silent`, `clipped`, `shifted` …) in ascending order.
  public var flags: [String]
  /// Wall-clock time of coding and decoding, which differs from run to run.
  public var computeSeconds: Double

  /// Creates a row.
  public init(
    clip: String, condition: String, outcome: Outcome, payloadBytes: Int?, fileBytes: Int?, seconds: Double,
    missingShare: Double?, values: [SweepMetric: Double], flags: [String], computeSeconds: Double
  ) {
    self.clip = clip
    self.condition = condition
    self.outcome = outcome
    self.payloadBytes = payloadBytes
    self.fileBytes = fileBytes
    self.seconds = seconds
    self.missingShare = missingShare
    self.values = values
    self.flags = flags
    self.computeSeconds = computeSeconds
  }

  /// Bitrate of the payload; nil where there is no file.
  public var payloadBps: Double? { payloadBytes.map { Double($0) * 8 / seconds } }
  /// Bitrate of the whole file; nil where there is no file.
  public var fileBps: Double? { fileBytes.map { Double($0) * 8 / seconds } }
}

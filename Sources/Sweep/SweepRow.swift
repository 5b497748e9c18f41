/// What one clip gave under one condition: a row of `results.csv` (`formats/sweep-report.md`).
public struct SweepRow: Codable, Equatable, Sendable {
  /// Why a row is no point of a curve.
  public enum Outcome: String, Codable, Sendable {
    case ok
    /// The codec wrote more than it was asked for.
    case rateExceeded = "rate-exceeded"
    /// The codec gave silence where there was sound.
    case silent
  }

  /// `SweepClip.name`.
  public var clip: String
  /// `SweepCondition.identifier`.
  public var condition: String
  public var outcome: Outcome
  /// Tokens or packets alone, as they lie in the file; nil where there is no file.
  public var payloadBytes: Int?
  /// The whole file, container included; nil where there is none.
  public var fileBytes: Int?
  /// Length of the clip.
  public var seconds: Double
  /// Share of the codec's tokens that were not kept, 0...1; nil where there are none.
  public var missingShare: Double?
  /// Absent where undefined, such as the ratio of identical signals.
  public var values: [SweepMetric: Double]
  /// Names of the faults that were found (`silent`, `clipped`, `shifted` …), ascending.
  public var flags: [String]
  /// Wall-clock time of coding and decoding; differs from run to run.
  public var computeSeconds: Double

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

  public var payloadBps: Double? { payloadBytes.map { Double($0) * 8 / seconds } }
  public var fileBps: Double? { fileBytes.map { Double($0) * 8 / seconds } }
}

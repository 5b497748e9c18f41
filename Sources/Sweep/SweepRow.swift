public import Evaluation

/// Result of one clip under one condition: a row of `results.csv` (`formats/sweep-report.md`).
public struct SweepRow: Codable, Equatable, Sendable {
  /// Outcome of coding; only rows with outcome `ok` count in means and Fréchet distances.
  public enum Outcome: String, Codable, Sendable {
    case ok
    /// The codec exceeded the requested bitrate by more than 10 %.
    case rateExceeded = "rate-exceeded"
    /// The codec wrote silence for a clip with sound.
    case silent
  }

  /// Name of the clip (`SweepDescription.Clip.name`).
  public var clip: String
  /// Identifier of the condition (`SweepCondition.identifier`).
  public var condition: String
  /// Outcome of coding; only a row with outcome `ok` counts in means.
  public var outcome: Outcome
  /// Size in bytes of the coded tokens or packets alone; nil for a method without a file.
  public var payloadBytes: Int?
  /// Size in bytes of the whole file with its container; nil for a method without a file.
  public var fileBytes: Int?
  /// Length of the clip in seconds.
  public var seconds: Double
  /// Share of the codec's tokens that are masked, 0...1; nil for methods without tokens.
  public var maskedShare: Double?
  /// Measured values by metric; undefined values are absent, such as the SI-SDR of identical signals.
  public var values: [Metric: Double]
  /// Flags of the clip (`silent`, `clipped`, `shifted` …) in ascending order.
  public var flags: [String]
  /// Wall-clock time of coding and decoding in seconds, which differs from run to run. Results that the condition
  /// shares with earlier conditions are not computed, and therefore not timed, again: a stream of vampc with another
  /// seed, or the clip resampled for Opus.
  public var computeSeconds: Double

  /// Creates a row from its values.
  public init(
    clip: String, condition: String, outcome: Outcome, payloadBytes: Int?, fileBytes: Int?, seconds: Double,
    maskedShare: Double?, values: [Metric: Double], flags: [String], computeSeconds: Double
  ) {
    self.clip = clip
    self.condition = condition
    self.outcome = outcome
    self.payloadBytes = payloadBytes
    self.fileBytes = fileBytes
    self.seconds = seconds
    self.maskedShare = maskedShare
    self.values = values
    self.flags = flags
    self.computeSeconds = computeSeconds
  }

  /// Key that earlier versions wrote for `maskedShare`; reading accepts it (`formats/sweep-report.md`).
  private enum FormerKey: String, CodingKey {
    case missingShare
  }

  /// Reads a row, also as earlier versions wrote it.
  ///
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    clip = try fields.decode(String.self, forKey: .clip)
    condition = try fields.decode(String.self, forKey: .condition)
    outcome = try fields.decode(Outcome.self, forKey: .outcome)
    payloadBytes = try fields.decodeIfPresent(Int.self, forKey: .payloadBytes)
    fileBytes = try fields.decodeIfPresent(Int.self, forKey: .fileBytes)
    seconds = try fields.decode(Double.self, forKey: .seconds)
    maskedShare =
      try fields.decodeIfPresent(Double.self, forKey: .maskedShare)
      ?? decoder.container(keyedBy: FormerKey.self).decodeIfPresent(Double.self, forKey: .missingShare)
    values = try fields.decode([Metric: Double].self, forKey: .values)
    flags = try fields.decode([String].self, forKey: .flags)
    computeSeconds = try fields.decode(Double.self, forKey: .computeSeconds)
  }

  /// Bitrate of the payload in bit/s; nil for a method without a file.
  public var payloadBps: Double? { payloadBytes.map { Double($0) * 8 / seconds } }
  /// Bitrate of the whole file in bit/s; nil for a method without a file.
  public var fileBps: Double? { fileBytes.map { Double($0) * 8 / seconds } }
}

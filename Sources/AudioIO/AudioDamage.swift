/// Damage of an audio input at which a reader has not thrown an error.
public struct AudioDamage: Equatable, Sendable, CustomStringConvertible {
  /// Number of samples per channel before the damage. Where the place of the damage is unknown (`sampleCount` is `nil`
  /// and `isCutOff` is false), number of samples per channel before the report of the damage.
  public let samplePosition: Int
  /// Number of lost samples per channel; 0 if no lost samples are known, but some samples may be wrong; `nil` if the
  /// number and the place are unknown, or if the input ends and its full length is unknown.
  public let sampleCount: Int?
  /// Sample rate of the input in Hz.
  public let sampleRateHz: Int
  /// Whether the input ends at the damage. Otherwise silence stands in place of the lost samples.
  public let isCutOff: Bool
  /// Lower-case phrase that says what is damaged.
  public let reason: String

  /// Creates a description of damage; the values are not checked.
  public init(samplePosition: Int, sampleCount: Int?, sampleRateHz: Int, isCutOff: Bool, reason: String) {
    self.samplePosition = samplePosition
    self.sampleCount = sampleCount
    self.sampleRateHz = sampleRateHz
    self.isCutOff = isCutOff
    self.reason = reason
  }

  /// Damage in words, with its time in seconds, in lower case without a full stop.
  public var description: String {
    if sampleCount == nil, !isCutOff { return "damaged: \(reason)" }
    let start = seconds(samplePosition)
    guard let sampleCount, sampleCount > 0 else {
      return "damaged: \(reason)" + (isCutOff ? "; it ends after \(start) s" : ", at \(start) s")
    }
    let end = seconds(samplePosition + sampleCount)
    return "damaged: \(reason); \(isCutOff ? "lost" : "silence") from \(start) to \(end) s"
  }

  private func seconds(_ count: Int) -> String { "\((Double(count) / Double(sampleRateHz) * 1000).rounded() / 1000)" }
}

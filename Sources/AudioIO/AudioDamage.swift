/// Damage of an input that a reader has read over.
public struct AudioDamage: Equatable, Sendable, CustomStringConvertible {
  /// Number of samples per channel before the damage.
  public let samplePosition: Int
  /// Number of samples per channel that are lost; `nil` if the input does not tell, 0 if only the sound may have suffered.
  public let sampleCount: Int?
  /// Sample rate of the input in Hz.
  public let sampleRateHz: Int
  /// Whether the input ends at the damage. Otherwise silence stands in place of the lost samples.
  public let isCutOff: Bool
  /// Lower-case phrase that says what is damaged.
  public let reason: String

  /// Damage at a sample of an input.
  public init(samplePosition: Int, sampleCount: Int?, sampleRateHz: Int, isCutOff: Bool, reason: String) {
    self.samplePosition = samplePosition
    self.sampleCount = sampleCount
    self.sampleRateHz = sampleRateHz
    self.isCutOff = isCutOff
    self.reason = reason
  }

  /// Damage in words, with its time in seconds, in lower case without a full stop.
  public var description: String {
    let start = seconds(samplePosition)
    guard let sampleCount, sampleCount > 0 else {
      return "damaged: \(reason)" + (isCutOff ? "; it ends after \(start) s" : ", at \(start) s")
    }
    let end = seconds(samplePosition + sampleCount)
    return "damaged: \(reason); \(isCutOff ? "lost" : "silence") from \(start) to \(end) s"
  }

  private func seconds(_ count: Int) -> String { "\((Double(count) / Double(sampleRateHz) * 1000).rounded() / 1000)" }
}

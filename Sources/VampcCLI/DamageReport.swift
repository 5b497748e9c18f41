import AudioIO

/// Warnings about damage of audio inputs that were read over.
enum DamageReport {
  /// Largest number of damaged places of an input that have a line each.
  private static let longestList = 10

  /// Shows the damage of an input.
  ///
  /// - Returns: the status of the input: success without damage.
  static func show(_ damages: [AudioDamage], of input: String) -> ExitStatus {
    for damage in damages.prefix(longestList) { Console.warning("\(input): \(damage)") }
    let rest = damages.dropFirst(longestList)
    if let first = rest.first {
      let lost = rest.reduce(0) { $0 + Double($1.sampleCount ?? 0) / Double($1.sampleRateHz) }
      Console.warning(
        "\(input): \(Format.count(rest.count, "more damaged place")) from "
          + "\(Format.seconds(Double(first.samplePosition) / Double(first.sampleRateHz))) on; "
          + "\(Format.seconds(lost)) lost there")
    }
    return damages.isEmpty ? .success : .decodedWithDamage
  }
}

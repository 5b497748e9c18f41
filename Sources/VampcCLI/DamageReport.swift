import AudioIO

/// Warnings about damage of audio inputs behind which reading continued.
enum DamageReport {
  /// Prints a warning for each damaged place of an input, up to the limit of `DamageLines`.
  ///
  /// - Returns: success without damage, otherwise `decodedWithDamage`.
  static func show(_ damages: [AudioDamage], of input: String) -> ExitStatus {
    let lines = DamageLines(name: input)
    for damage in damages {
      lines.show("\(damage)", lostSeconds: Double(damage.sampleCount ?? 0) / Double(damage.sampleRateHz))
    }
    lines.finish()
    return damages.isEmpty ? .success : .decodedWithDamage
  }
}

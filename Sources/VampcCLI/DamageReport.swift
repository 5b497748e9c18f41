import AudioIO

/// Warnings about damage of audio inputs that were read over.
enum DamageReport {
  /// Shows the damage of an input.
  ///
  /// - Returns: the status of the input: success without damage.
  static func show(_ damages: [AudioDamage], of input: String) -> ExitStatus {
    let lines = DamageLines(name: input)
    for damage in damages {
      lines.show("\(damage)", lostSeconds: Double(damage.sampleCount ?? 0) / Double(damage.sampleRateHz))
    }
    lines.finish()
    return damages.isEmpty ? .success : .decodedWithDamage
  }
}

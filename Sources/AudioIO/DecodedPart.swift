/// Result of one read from a decoder: samples or damage. The reader, not the decoder, decides whether to continue
/// behind damage.
enum DecodedPart {
  /// Samples of each channel, at least one.
  case samples([[Float]])
  /// Damage that lost `sampleCount` samples per channel; 0 if no samples or an unknown number of samples are lost. The
  /// decoder continues behind the damage.
  case lost(sampleCount: Int, reason: String)
  /// Damage somewhere in the samples returned so far; its place and length are unknown.
  case damagedSomewhere(reason: String)
  /// Premature end of the input; no part follows.
  ///
  /// - Parameters:
  ///   - expectedSampleCount: Number of samples per channel that the input should have; `nil` if unknown.
  ///   - reason: Damage at which the decoder had to stop; `nil` if bytes are missing at the end.
  case cutOff(expectedSampleCount: Int?, reason: String?)
}

/// What a decoder finds next in its input. Whether the reader goes on behind damage is not up to the decoder.
enum DecodedPart {
  /// Samples of each channel, at least one.
  case samples([[Float]])
  /// Damage that took `sampleCount` samples per channel, or none; the decoder continues behind them.
  case lost(sampleCount: Int, reason: String)
  /// Premature end. Nothing follows.
  ///
  /// - Parameters:
  ///   - expectedSampleCount: Samples per channel that the input was to have; `nil` if it does not tell.
  ///   - reason: Damage at which the decoder had to stop; `nil` if bytes are missing at the end.
  case cutOff(expectedSampleCount: Int?, reason: String?)
}

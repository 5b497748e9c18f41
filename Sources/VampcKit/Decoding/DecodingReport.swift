public import Bitstream

/// Result of a decoding.
public struct DecodingReport: Sendable {
  /// Headers of all streams read, in order.
  public let headers: [StreamHeader]
  /// Samples per channel that were written.
  public let sampleCount: Int
  /// Length of the written audio in seconds.
  public let durationSeconds: Double
  /// Share of the tokens in the decoded frames that are masked or lost, 0...1.
  public let maskedShare: Double
  /// Whether part of the input was damaged.
  public let hasDamage: Bool
  /// Everything that a listener should know, in order.
  public let notices: [DecoderNotice]
}

public import Bitstream

/// Result of a decode: headers, length, share of masked tokens, and damage.
public struct DecodingReport: Sendable {
  /// Headers of all streams read, in order.
  public let headers: [StreamHeader]
  /// Number of samples per channel that were written.
  public let sampleCount: Int
  /// Length of the written audio in seconds.
  public let durationSeconds: Double
  /// Share of the tokens in the decoded frames that are masked or lost, 0...1.
  public let maskedShare: Double
  /// Whether part of the input was damaged.
  public let hasDamage: Bool
  /// All notices for the listener, in order.
  public let notices: [DecoderNotice]
}

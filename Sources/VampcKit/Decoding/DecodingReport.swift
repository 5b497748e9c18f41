public import Bitstream

/// Result of a decode: headers, length, share of masked tokens, and damage.
public struct DecodingReport: Sendable {
  /// Headers of the first stream and of all decoded streams, in order. Streams in front of a wanted segment may be
  /// skipped and then have no header here.
  public let headers: [StreamHeader]
  /// Number of samples per channel that were written, at the output's sample rate.
  public let sampleCount: Int
  /// Length of the written audio in seconds.
  public let durationSeconds: Double
  /// Share of the tokens in the decoded frames that are masked or lost, 0...1.
  public let maskedShare: Double
  /// Whether the part of the input that was read is damaged. Lost frames in front of all frames that the wanted samples
  /// depend on do not count.
  public let hasDamage: Bool
  /// All notices for the listener, in order.
  public let notices: [DecoderNotice]
}

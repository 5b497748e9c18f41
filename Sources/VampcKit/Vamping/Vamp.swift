public import Signal
public import Tokens

/// Result of vamping: a variation of a recording.
public struct Vamp: Sendable {
  /// Samples with the rate and the channels of the recording.
  public let audio: AudioBuffer
  /// Tokens of the recording that were kept, frame by frame of the result without repetitions of a loop.
  public let mask: TokenMask
  /// Nominal bitrate of the kept tokens of all coded channels in bit/s, before entropy coding.
  public let keptRateBps: Double

  /// Share of the tokens that were kept, 0...1.
  public var keptShare: Double {
    mask.keptFlags.isEmpty ? 0 : Double(mask.keptCount) / Double(mask.keptFlags.count)
  }
}

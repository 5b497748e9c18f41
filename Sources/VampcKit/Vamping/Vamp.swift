public import Signal
public import Tokens

/// Result of vamping: a variation of a recording.
public struct Vamp: Sendable {
  /// Samples of the result, with the sample rate and the number of channels of the recording.
  public let audio: AudioBuffer
  /// Keep mask of the result's frames, extensions included. For a loop, the mask of a single pass, which is the same
  /// for all passes.
  public let mask: TokenMask
  /// Nominal bitrate of the kept tokens of all coded channels in bit/s, before entropy coding, relative to the length
  /// of ``mask``.
  public let keptRateBps: Double

  /// Share of the tokens of ``mask`` that are kept, 0...1.
  public var keptShare: Double {
    mask.keptFlags.isEmpty ? 0 : Double(mask.keptCount) / Double(mask.keptFlags.count)
  }
}

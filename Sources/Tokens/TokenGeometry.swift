/// The shape of a codec's token stream: how many codebooks, how large, how often.
///
/// Every number comes from a model file or a stream header; nothing is hard-wired.
public struct TokenGeometry: Equatable, Hashable, Sendable {
  /// Sample rate of the codec in Hz.
  public var sampleRateHz: Int
  /// Samples per token frame.
  public var hopLength: Int
  /// Codebooks of the residual vector quantiser, coarse first.
  public var codebookCount: Int
  /// Entries per codebook, at most 65 536.
  public var codebookSize: Int

  public init(sampleRateHz: Int, hopLength: Int, codebookCount: Int, codebookSize: Int) {
    self.sampleRateHz = sampleRateHz
    self.hopLength = hopLength
    self.codebookCount = codebookCount
    self.codebookSize = codebookSize
  }

  /// Token frames per second.
  public var frameRateHz: Double { Double(sampleRateHz) / Double(hopLength) }

  /// Bits that store one token index: ⌈log2(codebookSize)⌉, and 0 for a codebook of one entry.
  public var bitsPerToken: Int {
    codebookSize <= 1 ? 0 : Int.bitWidth - (codebookSize - 1).leadingZeroBitCount
  }

  /// Frames that hold `sampleCount` samples, the last one padded: ⌈sampleCount / hopLength⌉.
  public func frameCount(forSampleCount sampleCount: Int) -> Int {
    (sampleCount + hopLength - 1) / hopLength
  }

  /// Bits per second of the kept tokens of one channel before entropy coding.
  public func tokenRateBps(of prompt: CompressionPrompt) -> Double {
    guard prompt.period > 0 else { return 0 }
    return Double(prompt.codebookCount) * Double(bitsPerToken) * frameRateHz / Double(prompt.period)
  }
}

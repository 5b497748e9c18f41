/// Shape of a codec's tokens: sample rate, hop, number of codebooks and codebook size.
///
/// All values describe one codec, as its model file or a stream header states them.
public struct TokenGeometry: Equatable, Hashable, Sendable {
  /// Sample rate of the codec in Hz.
  public var sampleRateHz: Int
  /// Samples per frame at the codec's sample rate.
  public var hopLength: Int
  /// Number of codebooks of the residual vector quantiser.
  public var codebookCount: Int
  /// Entries per codebook, at most 65 536.
  public var codebookSize: Int

  /// Geometry with the given values.
  public init(sampleRateHz: Int, hopLength: Int, codebookCount: Int, codebookSize: Int) {
    self.sampleRateHz = sampleRateHz
    self.hopLength = hopLength
    self.codebookCount = codebookCount
    self.codebookSize = codebookSize
  }

  /// Frames per second.
  public var frameRateHz: Double { Double(sampleRateHz) / Double(hopLength) }

  /// Bits that store one token index: ⌈log2(codebookSize)⌉, and 0 for a codebook of one entry.
  public var bitsPerToken: Int {
    codebookSize <= 1 ? 0 : Int.bitWidth - (codebookSize - 1).leadingZeroBitCount
  }

  /// Number of frames that cover `sampleCount` samples, the last frame padded: ⌈sampleCount / hopLength⌉.
  public func frameCount(forSampleCount sampleCount: Int) -> Int {
    (sampleCount + hopLength - 1) / hopLength
  }

  /// Nominal bitrate of one channel: bits per second of the kept tokens before entropy coding.
  public func tokenRateBps(of prompt: CompressionPrompt) -> Double {
    guard prompt.period > 0 else { return 0 }
    return Double(prompt.codebookCount) * Double(bitsPerToken) * frameRateHz / Double(prompt.period)
  }
}

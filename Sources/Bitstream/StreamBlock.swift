public import Tokens

/// The kept tokens of some consecutive frames.
public struct StreamBlock: Equatable, Sendable {
  /// Absolute number of the first frame.
  public var firstFrame: Int
  /// The gain of this block in hundredths of a decibel where the header says `.perBlock`, otherwise `nil`.
  public var gainHundredthsDB: Int?
  /// Which tokens are kept, the same for all channels: all codebooks of the codec × the frames covered.
  public var mask: TokenMask
  /// One grid per coded channel, of the mask's shape; masked tokens are 0 when read and ignored when written.
  public var grids: [TokenGrid]

  /// - Precondition: every grid has the mask's shape.
  public init(firstFrame: Int, gainHundredthsDB: Int? = nil, mask: TokenMask, grids: [TokenGrid]) {
    precondition(
      grids.allSatisfy { $0.codebookCount == mask.codebookCount && $0.frameCount == mask.frameCount },
      "grids and mask of a block differ in shape")
    self.firstFrame = firstFrame
    self.gainHundredthsDB = gainHundredthsDB
    self.mask = mask
    self.grids = grids
  }

  /// Frames covered, kept or not.
  public var frameCount: Int { mask.frameCount }

  /// The frames covered, by absolute number.
  public var frames: Range<Int> { firstFrame..<firstFrame + frameCount }

  /// Whether nothing is kept although `prompt` keeps something of these frames: they were lost, or taken out.
  public func isLost(from prompt: CompressionPrompt) -> Bool {
    prompt.keptFrameCount(in: frames) > 0 && mask.keptCount == 0
  }

  /// Kept tokens of all channels.
  public var keptTokenCount: Int { mask.keptCount * grids.count }
}

/// What is known only when a stream ends.
public struct StreamTrailer: Equatable, Sendable {
  /// Samples per channel from the stream's first frame on, at the rate of the source.
  public var sampleCount: Int
  /// CRC-32 of all kept tokens; see `TokenHash`.
  public var tokenHash: UInt32

  public init(sampleCount: Int, tokenHash: UInt32) {
    self.sampleCount = sampleCount
    self.tokenHash = tokenHash
  }
}

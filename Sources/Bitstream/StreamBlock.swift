public import Tokens

/// The kept tokens of some consecutive frames.
public struct StreamBlock: Equatable, Sendable {
  /// Absolute number of the first frame.
  public var firstFrame: Int
  /// Frames covered, kept or not; at least 1.
  public var frameCount: Int
  /// The gain of this block in hundredths of a decibel where the header says `.perBlock`, otherwise `nil`.
  public var gainHundredthsDB: Int?
  /// One grid per coded channel: `prompt.codebookCount` × `prompt.keptFrameCount(in: frames)`, kept tokens only.
  public var grids: [TokenGrid]

  public init(firstFrame: Int, frameCount: Int, gainHundredthsDB: Int? = nil, grids: [TokenGrid]) {
    self.firstFrame = firstFrame
    self.frameCount = frameCount
    self.gainHundredthsDB = gainHundredthsDB
    self.grids = grids
  }

  /// The frames covered, by absolute number.
  public var frames: Range<Int> { firstFrame..<firstFrame + frameCount }
}

/// What is known only when a stream ends.
public struct StreamTrailer: Equatable, Sendable {
  /// Samples per channel, at the rate of the source.
  public var sampleCount: Int
  /// CRC-32 of all kept tokens; see `TokenHash`.
  public var tokenHash: UInt32

  public init(sampleCount: Int, tokenHash: UInt32) {
    self.sampleCount = sampleCount
    self.tokenHash = tokenHash
  }
}

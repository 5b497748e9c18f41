public import Tokens

/// Block of a stream: the kept tokens of consecutive frames (`formats/container.md`, section 5).
public struct StreamBlock: Equatable, Sendable {
  /// Number of the first frame, counted from the beginning of the recording.
  public var firstFrame: Int
  /// Gain of the block; `nil` unless the header's gain is `.perBlock`.
  public var gain: Gain?
  /// Keep mask of the block, equal for all channels: all codebooks of the codec × the frames of the block.
  public var mask: TokenMask
  /// Tokens of each coded channel, in grids of the mask's shape. Masked tokens are 0 when read and ignored when
  /// written.
  public var grids: [TokenGrid]
  /// Digital silence of the source: runs in order, in samples per channel at the source's rate, counted from the first
  /// sample of frame 0. Runs lie in the block's samples (`StreamHeader.sourceSamples(ofFrames:)`), are not empty and do
  /// not touch each other.
  public var silence: [Range<Int>]
  /// Digital silence of single channels, in addition to `silence`: runs of each coded channel, with the same rules; empty
  /// where no channel has any.
  public var channelSilence: [[Range<Int>]]

  /// Creates a block.
  ///
  /// - Precondition: every grid has the mask's shape. `channelSilence` is empty or has as many entries as `grids`.
  public init(
    firstFrame: Int, gain: Gain? = nil, mask: TokenMask, grids: [TokenGrid], silence: [Range<Int>] = [],
    channelSilence: [[Range<Int>]] = []
  ) {
    precondition(
      grids.allSatisfy { $0.codebookCount == mask.codebookCount && $0.frameCount == mask.frameCount },
      "grids and mask of a block differ in shape")
    precondition(channelSilence.isEmpty || channelSilence.count == grids.count, "silence of other channels")
    self.firstFrame = firstFrame
    self.gain = gain
    self.mask = mask
    self.grids = grids
    self.silence = silence
    self.channelSilence = channelSilence
  }

  /// Number of frames of the block, with or without kept tokens.
  public var frameCount: Int { mask.frameCount }

  /// Frames of the block, counted from the beginning of the recording.
  public var frames: Range<Int> { firstFrame..<firstFrame + frameCount }

  /// Returns whether the block is lost: `prompt` keeps tokens of these frames, but the block keeps none.
  public func isLost(from prompt: CompressionPrompt) -> Bool {
    prompt.keptFrameCount(in: frames) > 0 && mask.keptCount == 0
  }

  /// Number of kept tokens of the block, all channels counted.
  public var keptTokenCount: Int { mask.keptCount * grids.count }
}

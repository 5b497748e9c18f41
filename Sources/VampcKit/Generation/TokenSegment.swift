import Bitstream
import Tokens

/// Consecutive frames of one channel as a stream holds them: tokens and their keep mask.
struct TokenSegment {
  /// Numbers of the segment's frames, counted from the beginning of the recording.
  let frames: Range<Int>
  /// Tokens of all codebooks, 0 where the mask has no kept token.
  let tokens: TokenGrid
  /// Keep mask with the same shape as `tokens`.
  let mask: TokenMask

  private init(frames: Range<Int>, tokens: TokenGrid, mask: TokenMask) {
    self.frames = frames
    self.tokens = tokens
    self.mask = mask
  }

  /// Segment with one channel of a block.
  init(_ block: StreamBlock, channel: Int) {
    self.init(frames: block.frames, tokens: block.grids[channel], mask: block.mask)
  }

  /// Segment with all frames of a recording, as a stream with the keep rule `prompt` holds the frames.
  init(_ tokens: TokenGrid, keeping prompt: CompressionPrompt) {
    let mask = TokenMask(keeping: prompt, codebookCount: tokens.codebookCount, frames: 0..<tokens.frameCount)
    var kept = tokens
    for codebook in 0..<tokens.codebookCount {
      for frame in 0..<tokens.frameCount where !mask.isKept(codebook: codebook, frame: frame) {
        kept[codebook, frame] = 0
      }
    }
    self.init(frames: 0..<tokens.frameCount, tokens: kept, mask: mask)
  }

  /// Segment of lost frames, given by their numbers in the recording: all tokens are masked.
  init(lost frames: Range<Int>, codebookCount: Int) {
    self.init(
      frames: frames, tokens: TokenGrid(codebookCount: codebookCount, frameCount: frames.count),
      mask: TokenMask(codebookCount: codebookCount, frameCount: frames.count, isKept: false))
  }

  /// Divides the segment into chunks of at most `frameCount` frames.
  func chunks(ofFrameCount frameCount: Int) -> [TokenSegment] {
    stride(from: 0, to: frames.count, by: frameCount).map { start in
      slice(start..<min(start + frameCount, frames.count))
    }
  }

  /// Copy of the segment without the frames before frame `frame` of the recording.
  func dropping(before frame: Int) -> TokenSegment {
    guard frame > frames.lowerBound else { return self }
    return slice(min(frame, frames.upperBound) - frames.lowerBound..<frames.count)
  }

  /// Copies a range of frames into a new segment.
  ///
  /// - Parameter columns: Frames, counted from the beginning of the segment.
  private func slice(_ columns: Range<Int>) -> TokenSegment {
    TokenSegment(
      frames: frames.lowerBound + columns.lowerBound..<frames.lowerBound + columns.upperBound,
      tokens: tokens.slice(codebooks: 0..<tokens.codebookCount, frames: columns),
      mask: mask.slice(codebooks: 0..<mask.codebookCount, frames: columns))
  }
}

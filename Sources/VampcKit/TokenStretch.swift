import Bitstream
import Tokens

/// Some consecutive frames of one channel as a stream holds them: tokens, and which of them it kept.
struct TokenStretch {
  let frames: Range<Int>
  /// All codebooks of the codec; 0 where masked.
  let tokens: TokenGrid
  /// Of the same shape.
  let mask: TokenMask

  private init(frames: Range<Int>, tokens: TokenGrid, mask: TokenMask) {
    self.frames = frames
    self.tokens = tokens
    self.mask = mask
  }

  /// One channel of a block.
  init(_ block: StreamBlock, channel: Int) {
    self.init(frames: block.frames, tokens: block.grids[channel], mask: block.mask)
  }

  /// The first frames of a recording, all of whose tokens are known, as a stream holds them that keeps `prompt`.
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

  /// Frames that were lost.
  init(lost frames: Range<Int>, codebookCount: Int) {
    self.init(
      frames: frames, tokens: TokenGrid(codebookCount: codebookCount, frameCount: frames.count),
      mask: TokenMask(codebookCount: codebookCount, frameCount: frames.count, isKept: false))
  }

  /// The same in pieces of at most `frameCount` frames.
  func pieces(frameCount: Int) -> [TokenStretch] {
    stride(from: 0, to: frames.count, by: frameCount).map { start in
      let columns = start..<min(start + frameCount, frames.count)
      let codebooks = 0..<tokens.codebookCount
      return TokenStretch(
        frames: frames.lowerBound + columns.lowerBound..<frames.lowerBound + columns.upperBound,
        tokens: tokens.slice(codebooks: codebooks, frames: columns),
        mask: mask.slice(codebooks: codebooks, frames: columns))
    }
  }

  /// The same without the frames before `frame`.
  func dropping(before frame: Int) -> TokenStretch {
    guard frame > frames.lowerBound else { return self }
    let first = min(frame, frames.upperBound)
    let columns = first - frames.lowerBound..<frames.count
    return TokenStretch(
      frames: first..<frames.upperBound, tokens: tokens.slice(codebooks: 0..<tokens.codebookCount, frames: columns),
      mask: mask.slice(codebooks: 0..<mask.codebookCount, frames: columns))
  }
}

import Tokens

/// A stretch of one channel as a stream holds it: which frames have tokens, and those tokens.
struct KeptFrames {
  let frames: Range<Int>
  /// Absolute numbers of the frames that have tokens, ascending.
  let keptFrames: [Int]
  /// `[kept codebook, kept frame]`.
  let tokens: TokenGrid

  /// Frames of a block; `tokens` holds those that `prompt` keeps.
  init(_ tokens: TokenGrid, frames: Range<Int>, prompt: CompressionPrompt) {
    self.frames = frames
    self.tokens = tokens
    keptFrames = frames.filter(prompt.keepsFrame)
  }

  /// Frames that were lost.
  init(lost frames: Range<Int>, codebookCount: Int) {
    self.frames = frames
    keptFrames = []
    tokens = TokenGrid(codebookCount: codebookCount, frameCount: 0)
  }

  private init(frames: Range<Int>, keptFrames: [Int], tokens: TokenGrid) {
    self.frames = frames
    self.keptFrames = keptFrames
    self.tokens = tokens
  }

  /// The same in pieces of at most `frameCount` frames.
  func pieces(frameCount: Int) -> [KeptFrames] {
    stride(from: frames.lowerBound, to: frames.upperBound, by: frameCount).map { start in
      let piece = start..<min(start + frameCount, frames.upperBound)
      let first = keptFrames.firstIndex { $0 >= piece.lowerBound } ?? keptFrames.count
      let last = keptFrames.firstIndex { $0 >= piece.upperBound } ?? keptFrames.count
      return KeptFrames(
        frames: piece, keptFrames: Array(keptFrames[first..<last]),
        tokens: tokens.slice(codebooks: 0..<tokens.codebookCount, frames: first..<last))
    }
  }

  /// The tokens in their places among all frames, the others 0, and the mask that says which those are.
  func spread(codebookCount: Int) -> (tokens: TokenGrid, mask: TokenMask) {
    var grid = TokenGrid(codebookCount: codebookCount, frameCount: frames.count)
    var mask = TokenMask(codebookCount: codebookCount, frameCount: frames.count, masked: true)
    for codebook in 0..<min(codebookCount, tokens.codebookCount) {
      for (index, frame) in keptFrames.enumerated() {
        grid[codebook, frame - frames.lowerBound] = tokens[codebook, index]
        mask[codebook, frame - frames.lowerBound] = false
      }
    }
    return (grid, mask)
  }
}

import Tokens

/// Queue of frames on their way into blocks: tokens of every channel, and the keep mask.
///
/// Each channel and the mask may hold a different number of frames. A frame is complete when all channels and the mask
/// have the frame.
struct FrameQueue {
  private var grids: [FrameLane<TokenGrid>]
  private var masks = FrameLane<TokenMask>()

  init(channelCount: Int) { grids = Array(repeating: FrameLane(), count: channelCount) }

  /// Number of frames whose tokens are complete, with or without a keep decision.
  var tokenFrameCount: Int { grids.map(\.frameCount).min() ?? 0 }

  /// Number of complete frames, which can be taken.
  var frameCount: Int { min(tokenFrameCount, masks.frameCount) }

  /// Number of frames with a keep decision.
  var maskFrameCount: Int { masks.frameCount }

  mutating func append(_ grid: TokenGrid, channel: Int) { grids[channel].append(grid) }

  mutating func append(_ mask: TokenMask) { masks.append(mask) }

  /// Removes and returns the first `count` frames: their keep mask, and the tokens of each channel.
  ///
  /// - Precondition: `count` is in `1...frameCount`.
  mutating func take(_ count: Int) -> (mask: TokenMask, grids: [TokenGrid]) {
    (masks.take(count), grids.indices.map { grids[$0].take(count) })
  }

  /// Smallest number of waiting frames, at most `limit`, that fills a block; nil where no such number does.
  ///
  /// - Parameter isFull: Closure that is called with the number of kept tokens in all channels and the number of frames
  ///   that hold them.
  func fullFrameCount(upTo limit: Int, isFull: (_ tokenCount: Int, _ frameCount: Int) -> Bool) -> Int? {
    var (tokenCount, frameCount) = (0, 0)
    for mask in masks.runs {
      for frame in 0..<mask.frameCount {
        guard frameCount < limit else { return nil }
        for codebook in 0..<mask.codebookCount where mask.isKept(codebook: codebook, frame: frame) {
          tokenCount += grids.count
        }
        frameCount += 1
        if isFull(tokenCount, frameCount) { return frameCount }
      }
    }
    return nil
  }
}

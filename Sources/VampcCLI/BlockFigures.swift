import Bitstream
import Tokens

/// Figures of a stream's blocks: the longest block, and the tokens that block masks keep beyond the stream's period.
struct BlockFigures {
  /// Number of frames of the longest block.
  private(set) var longestFrameCount = 0
  /// Number of tokens kept beyond the period, in all channels.
  private(set) var extraTokenCount = 0
  /// Number of frames with tokens kept beyond the period.
  private(set) var extraFrameCount = 0
  /// Number of runs of consecutive frames with tokens kept beyond the period.
  private(set) var extraRunCount = 0
  /// Number of frames of the run (consecutive frames with extra tokens) that begins at the stream's first frame; 0 if
  /// no run begins there.
  private(set) var prefixFrameCount = 0
  /// Number of frames of the run (consecutive frames with extra tokens) that ends at the last frame added; 0 if no run
  /// ends there.
  private(set) var suffixFrameCount = 0
  private var frameCount = 0

  /// Counts the next block of a stream. Extra tokens are counted only for streams with block masks.
  mutating func add(_ block: StreamBlock, header: StreamHeader) {
    longestFrameCount = max(longestFrameCount, block.frameCount)
    guard header.hasBlockMasks else { return }
    let mask = block.mask
    let codebooks = mask.keptCodebooks
    let periodic = TokenMask(keeping: header.prompt, codebookCount: mask.codebookCount, frames: block.frames)
    for frame in 0..<mask.frameCount {
      let count = codebooks.count {
        mask.isKept(codebook: $0, frame: frame) && !periodic.isKept(codebook: $0, frame: frame)
      }
      frameCount += 1
      guard count > 0 else {
        suffixFrameCount = 0
        continue
      }
      extraTokenCount += count * block.grids.count
      extraFrameCount += 1
      if suffixFrameCount == 0 { extraRunCount += 1 }
      suffixFrameCount += 1
      if suffixFrameCount == frameCount { prefixFrameCount = frameCount }
    }
  }

  /// Number and places of the tokens kept beyond the period, in words, with lengths in seconds.
  func extras(frameRateHz: Double) -> String {
    func seconds(_ frames: Int) -> String { Format.seconds(Double(frames) / frameRateHz) }
    var places: [String] = []
    if prefixFrameCount > 0 { places.append("the first \(seconds(prefixFrameCount))") }
    let isOneRun = prefixFrameCount > 0 && prefixFrameCount == suffixFrameCount
    if suffixFrameCount > 0, !isOneRun { places.append("the last \(seconds(suffixFrameCount))") }
    let inside = extraRunCount - places.count
    if inside > 0 { places.append(Format.count(inside, "place") + (places.isEmpty ? "" : " between")) }
    let amount = Format.count(extraTokenCount, "token") + " in " + Format.count(extraFrameCount, "frame")
    return places.isEmpty ? amount : amount + ": " + places.joined(separator: ", ")
  }
}

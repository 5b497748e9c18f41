import Bitstream
import Tokens

/// Block lengths of a stream, and the tokens that it keeps beyond its period.
struct BlockFigures {
  /// Number of frames of the longest block.
  private(set) var longestFrameCount = 0
  /// Number of tokens kept beyond the period, in all channels.
  private(set) var extraTokenCount = 0
  /// Number of frames with tokens kept beyond the period.
  private(set) var extraFrameCount = 0
  /// Number of runs of consecutive frames with tokens kept beyond the period.
  private(set) var extraRunCount = 0
  /// Length of the run that begins at the first frame of the stream; 0 if no run begins there.
  private(set) var prefixFrameCount = 0
  /// Length of the run that ends at the last frame of the stream; 0 if no run ends there.
  private(set) var suffixFrameCount = 0
  private var frameCount = 0

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

  /// Number and places of the tokens kept beyond the period, in words.
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

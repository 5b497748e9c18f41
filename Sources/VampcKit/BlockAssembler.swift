import Bitstream
import Tokens

/// Gathers the tokens that a stream keeps until they fill a block.
struct BlockAssembler {
  private let prompt: CompressionPrompt
  private let blockFrameCount: Int
  private let hasBlockGains: Bool
  private var encoder: StreamEncoder
  private var channels: [Channel]
  /// Frames in blocks that were given out.
  private var emittedFrameCount = 0
  private var gainsHundredthsDB: [Int] = []

  private struct Channel {
    /// Frames taken, those in blocks included.
    var frameCount = 0
    /// Kept tokens of frames that are in no block yet.
    var kept: TokenGrid
  }

  init(header: StreamHeader, blockFrameCount: Int) throws {
    prompt = header.prompt
    self.blockFrameCount = blockFrameCount
    hasBlockGains = header.gain == .perBlock
    encoder = try StreamEncoder(header: header)
    channels = (0..<header.codedChannelCount).map { _ in
      Channel(kept: TokenGrid(codebookCount: header.prompt.codebookCount, frameCount: 0))
    }
  }

  var statistics: StreamStatistics { encoder.statistics }

  /// The next frames of a channel, with all codebooks.
  mutating func append(_ grid: TokenGrid, channel: Int) {
    let first = channels[channel].frameCount
    channels[channel].frameCount += grid.frameCount
    let columns = (0..<grid.frameCount).filter { prompt.keepsFrame(first + $0) }
    var kept = TokenGrid(codebookCount: prompt.codebookCount, frameCount: columns.count)
    for codebook in 0..<prompt.codebookCount {
      for (index, column) in columns.enumerated() { kept[codebook, index] = grid[codebook, column] }
    }
    channels[channel].kept = channels[channel].kept.appending(kept)
  }

  /// The gains of the next blocks, where the stream has a gain per block.
  mutating func append(gainsHundredthsDB gains: [Int]) { gainsHundredthsDB += gains }

  /// The blocks that are full and not the last, since the last one carries the length.
  mutating func completeBlocks() throws -> [[UInt8]] {
    var result: [[UInt8]] = []
    while waitingFrameCount > blockFrameCount {
      result.append(try encoder.encode(takeBlock(frameCount: blockFrameCount)))
    }
    return result
  }

  /// All that remains, with the end of the stream.
  mutating func finish(sampleCount: Int) throws -> [[UInt8]] {
    var result = try completeBlocks()
    if waitingFrameCount > 0 {
      result.append(try encoder.encode(takeBlock(frameCount: waitingFrameCount), endingAt: sampleCount))
    } else {
      result.append(try encoder.finish(sampleCount: sampleCount))
    }
    return result
  }

  private var waitingFrameCount: Int { (channels.map(\.frameCount).min() ?? 0) - emittedFrameCount }

  private mutating func takeBlock(frameCount: Int) -> StreamBlock {
    let frames = emittedFrameCount..<emittedFrameCount + frameCount
    let keptCount = prompt.keptFrameCount(in: frames)
    var grids: [TokenGrid] = []
    for index in channels.indices {
      let kept = channels[index].kept
      let codebooks = 0..<kept.codebookCount
      grids.append(kept.slice(codebooks: codebooks, frames: 0..<keptCount))
      channels[index].kept = kept.slice(codebooks: codebooks, frames: keptCount..<kept.frameCount)
    }
    emittedFrameCount = frames.upperBound
    return StreamBlock(
      firstFrame: frames.lowerBound, frameCount: frameCount,
      gainHundredthsDB: hasBlockGains ? gainsHundredthsDB.removeFirst() : nil, grids: grids)
  }
}

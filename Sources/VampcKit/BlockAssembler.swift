import Bitstream
import Tokens

/// Gathers the tokens that a stream keeps until they fill a block.
struct BlockAssembler {
  private let prompt: CompressionPrompt
  private let blockFrameCount: Int
  private let hasBlockGains: Bool
  private var encoder: StreamEncoder
  /// For each channel the tokens of the frames that are in no block yet, all codebooks, piece after piece.
  private var waiting: [[TokenGrid]]
  /// Frames in blocks that were given out.
  private var emittedFrameCount = 0
  private var gainsHundredthsDB: [Int] = []

  init(header: StreamHeader, blockFrameCount: Int) throws {
    prompt = header.prompt
    self.blockFrameCount = blockFrameCount
    hasBlockGains = header.gain == .perBlock
    encoder = try StreamEncoder(header: header)
    waiting = Array(repeating: [], count: header.codedChannelCount)
  }

  var statistics: StreamStatistics { encoder.statistics }

  /// The next frames of a channel, with all codebooks.
  mutating func append(_ grid: TokenGrid, channel: Int) {
    if grid.frameCount > 0 { waiting[channel].append(grid) }
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

  private var waitingFrameCount: Int {
    waiting.map { $0.reduce(0) { $0 + $1.frameCount } }.min() ?? 0
  }

  private mutating func takeBlock(frameCount: Int) -> StreamBlock {
    let frames = emittedFrameCount..<emittedFrameCount + frameCount
    let mask = TokenMask(keeping: prompt, codebookCount: encoder.header.geometry.codebookCount, frames: frames)
    let grids = waiting.indices.map { takeGrid(frameCount: frameCount, channel: $0) }
    emittedFrameCount = frames.upperBound
    return StreamBlock(
      firstFrame: frames.lowerBound, gainHundredthsDB: hasBlockGains ? gainsHundredthsDB.removeFirst() : nil,
      mask: mask, grids: grids)
  }

  /// The next frames of a channel as one grid.
  private mutating func takeGrid(frameCount: Int, channel: Int) -> TokenGrid {
    var pieces: [TokenGrid] = []
    var missing = frameCount
    while missing > 0 {
      let piece = waiting[channel].removeFirst()
      let codebooks = 0..<piece.codebookCount
      let taken = min(missing, piece.frameCount)
      pieces.append(piece.slice(codebooks: codebooks, frames: 0..<taken))
      if taken < piece.frameCount {
        waiting[channel].insert(piece.slice(codebooks: codebooks, frames: taken..<piece.frameCount), at: 0)
      }
      missing -= taken
    }
    return TokenGrid(joining: pieces)
  }
}

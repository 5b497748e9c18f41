import Bitstream
import Tokens

/// Gathers the tokens that a stream keeps until they fill a block.
struct BlockAssembler {
  private let blockFrameCount: Int
  private var encoder: StreamEncoder
  private var queue: FrameQueue
  /// First frame that is in no block yet.
  private(set) var nextFrame: Int
  private var gainsHundredthsDB: [Int] = []
  /// The gain of all next blocks, where it is known for good.
  var steadyGainHundredthsDB: Int?
  /// A block that is written as it is, before all frames that wait: later, since it may be the last one.
  private var held: StreamBlock?

  /// - Parameters:
  ///   - blockFrameCount: Frames of a block; the most of them in a stream with block masks and one gain, where blocks
  ///     also end when they are large enough.
  ///   - firstFrame: Absolute number of the first frame.
  init(header: StreamHeader, blockFrameCount: Int, firstFrame: Int = 0) throws {
    self.blockFrameCount = blockFrameCount
    encoder = try StreamEncoder(header: header)
    queue = FrameQueue(channelCount: header.codedChannelCount)
    nextFrame = firstFrame
  }

  var statistics: StreamStatistics { encoder.statistics }

  /// The frame after the last one of which all tokens are there.
  var tokenEndFrame: Int { nextFrame + queue.tokenFrameCount }

  /// The frame after the last one of which it is known what is kept.
  var maskEndFrame: Int { nextFrame + queue.maskFrameCount }

  /// The next frames of a channel, with all codebooks.
  mutating func append(_ grid: TokenGrid, channel: Int) { queue.append(grid, channel: channel) }

  /// What is kept of the next frames.
  mutating func append(_ mask: TokenMask) { queue.append(mask) }

  /// The next frames, to be cut into blocks as suits the stream.
  mutating func append(_ block: StreamBlock) {
    for (channel, grid) in block.grids.enumerated() { queue.append(grid, channel: channel) }
    queue.append(block.mask)
  }

  /// A block that stays as it is.
  ///
  /// - Returns: what was waiting before it.
  mutating func append(whole block: StreamBlock) throws -> [[UInt8]] {
    let before = try flush()
    held = block
    nextFrame = block.frames.upperBound
    return before
  }

  /// The gains of the next blocks, where the stream has a gain per block.
  mutating func append(gainsHundredthsDB gains: [Int]) { gainsHundredthsDB += gains }

  /// The blocks that are full and not the last, since the last one carries the length.
  mutating func completeBlocks() throws -> [[UInt8]] {
    var result = queue.frameCount > 0 ? try releaseHeld() : []
    while let count = fullBlockFrameCount, count < queue.frameCount {
      result.append(try encoder.encode(takeBlock(frameCount: count)))
    }
    return result
  }

  /// All frames that wait, in blocks of which the last may be short.
  mutating func flush() throws -> [[UInt8]] {
    var result = try releaseHeld() + completeBlocks()
    if queue.frameCount > 0 { result.append(try encoder.encode(takeBlock(frameCount: queue.frameCount))) }
    return result
  }

  /// All that remains, with the end of the stream.
  mutating func finish(sampleCount: Int) throws -> [[UInt8]] {
    var result = try completeBlocks()
    if queue.frameCount > 0 {
      result.append(try encoder.encode(takeBlock(frameCount: queue.frameCount), endingAt: sampleCount))
    } else if let held {
      result.append(try encoder.encode(held, endingAt: sampleCount))
    } else {
      result.append(try encoder.finish(sampleCount: sampleCount))
    }
    return result
  }

  private mutating func releaseHeld() throws -> [[UInt8]] {
    guard let block = held else { return [] }
    held = nil
    return [try encoder.encode(block)]
  }

  /// Frames of the next block, where as many wait.
  private var fullBlockFrameCount: Int? {
    let header = encoder.header
    let limit = min(blockFrameCount, queue.frameCount)
    // Gains belong to blocks of one length.
    if header.hasBlockMasks, header.gain != .perBlock,
      let full = queue.fullFrameCount(
        upTo: limit,
        isFull: { BlockLength.isFull(tokenCount: $0, frameCount: $1, geometry: header.geometry) })
    {
      return full
    }
    return limit == blockFrameCount ? limit : nil
  }

  private mutating func takeBlock(frameCount: Int) -> StreamBlock {
    let (mask, grids) = queue.take(frameCount)
    defer { nextFrame += frameCount }
    let gain =
      encoder.header.gain == .perBlock ? steadyGainHundredthsDB ?? gainsHundredthsDB.removeFirst() : nil
    return StreamBlock(firstFrame: nextFrame, gainHundredthsDB: gain, mask: mask, grids: grids)
  }
}

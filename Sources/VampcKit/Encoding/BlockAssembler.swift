import Bitstream
import Tokens

/// Assembler of a stream's blocks, which collects frames until the frames fill a block, and then encodes the block.
struct BlockAssembler {
  private let blockFrameCount: Int
  private var encoder: StreamEncoder
  private var queue: FrameQueue
  /// Absolute number of the first frame that is in no finished block.
  private(set) var nextFrame: Int
  private var gains: [Gain] = []
  private var silence: SilentChannelRuns
  /// Gain of all further blocks of a stream with a gain per block; nil while each block gets a gain of its own from
  /// `append(gains:)`.
  var steadyGain: Gain?
  /// Block that is written unchanged in front of the waiting frames. The block is withheld because the stream's last
  /// block carries the length, and this block may be the last.
  private var withheld: StreamBlock?

  /// Assembler of a new stream.
  ///
  /// - Parameters:
  ///   - header: Header of the stream.
  ///   - blockFrameCount: Number of frames in a block. In a stream with block masks and one gain this is the largest
  ///     number: a block then also ends when it has enough tokens.
  ///   - firstFrame: Absolute number of the first frame.
  ///   - silence: Queue that decides which silent runs are stored; nil for a queue that stores all silent runs.
  /// - Throws: `BitstreamError` for a header that the container cannot hold.
  init(
    header: StreamHeader, blockFrameCount: Int, firstFrame: Int = 0, silence: SilentChannelRuns? = nil
  ) throws {
    self.silence = silence ?? SilentChannelRuns(channelCount: header.codedChannelCount)
    self.blockFrameCount = blockFrameCount
    encoder = try StreamEncoder(header: header)
    queue = FrameQueue(channelCount: header.codedChannelCount)
    nextFrame = firstFrame
  }

  var statistics: StreamStatistics { encoder.statistics }

  /// End (exclusive) of the frames whose tokens are complete.
  var tokenEndFrame: Int { nextFrame + queue.tokenFrameCount }

  /// End (exclusive) of the frames whose keep decision is final.
  var maskEndFrame: Int { nextFrame + queue.maskFrameCount }

  /// Appends frames of one channel, with all codebooks.
  mutating func append(_ grid: TokenGrid, channel: Int) { queue.append(grid, channel: channel) }

  /// Appends the keep mask of the next frames, which holds for all channels.
  mutating func append(_ mask: TokenMask) { queue.append(mask) }

  /// Appends the frames of a block, which are distributed among new blocks.
  mutating func append(_ block: StreamBlock) {
    for (channel, grid) in block.grids.enumerated() { queue.append(grid, channel: channel) }
    queue.append(block.mask)
    append(silence: block.silence, channelSilence: block.channelSilence)
  }

  /// Appends a block that is written unchanged.
  ///
  /// - Returns: bytes of the blocks in front of this block, one array for each block.
  /// - Throws: `BitstreamError` for a block that the container cannot hold.
  mutating func append(whole block: StreamBlock) throws -> [[UInt8]] {
    let before = try flush()
    withheld = block
    nextFrame = block.frames.upperBound
    return before
  }

  /// Appends the gains of the next blocks, where the stream has a gain per block.
  mutating func append(gains newGains: [Gain]) { gains += newGains }

  /// Appends silent runs in order, in samples of the source from its beginning. A run that begins where the last run
  /// ends continues the last run.
  ///
  /// - Parameters:
  ///   - runs: Runs that are silent in all channels.
  ///   - channelRuns: Runs of each channel; none where no channel has any.
  mutating func append(silence runs: [Range<Int>], channelSilence channelRuns: [[Range<Int>]]) {
    silence.append(all: runs, channels: channelRuns)
  }

  /// Encodes all full blocks except a block that may be the last one, because the last block carries the length.
  ///
  /// - Returns: bytes of the blocks, one array for each block.
  /// - Throws: `BitstreamError` for a block that the container cannot hold.
  mutating func completeBlocks() throws -> [[UInt8]] {
    var result = queue.frameCount > 0 ? try releaseWithheld() : []
    while let count = fullBlockFrameCount, count < queue.frameCount {
      result.append(try encoder.encode(takeBlock(frameCount: count)))
    }
    return result
  }

  /// Encodes all waiting frames; the last of the blocks may be short.
  ///
  /// - Returns: bytes of the blocks, one array for each block.
  /// - Throws: `BitstreamError` for a block that the container cannot hold.
  mutating func flush() throws -> [[UInt8]] {
    var result = try releaseWithheld() + completeBlocks()
    if queue.frameCount > 0 { result.append(try encoder.encode(takeBlock(frameCount: queue.frameCount))) }
    return result
  }

  /// Encodes the remaining frames and the end of the stream.
  ///
  /// - Parameter sampleCount: Samples per channel of the recording, at the source's rate.
  /// - Returns: bytes of the last blocks, and of the trailer where no block is left to carry the length.
  /// - Throws: `BitstreamError` for a block or a length that the container cannot hold.
  mutating func finish(sampleCount: Int) throws -> [[UInt8]] {
    var result = try completeBlocks()
    if queue.frameCount > 0 {
      result.append(try encoder.encode(takeBlock(frameCount: queue.frameCount), endingAt: sampleCount))
    } else if let withheld {
      result.append(try encoder.encode(withheld, endingAt: sampleCount))
    } else {
      result.append(try encoder.finish(sampleCount: sampleCount))
    }
    return result
  }

  private mutating func releaseWithheld() throws -> [[UInt8]] {
    guard let block = withheld else { return [] }
    withheld = nil
    return [try encoder.encode(block)]
  }

  /// Number of frames in the next block; nil where fewer frames are waiting.
  private var fullBlockFrameCount: Int? {
    let header = encoder.header
    let limit = min(blockFrameCount, queue.frameCount)
    // In a stream with a gain per block, all blocks but the last have the same length.
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
      encoder.header.gain == .perBlock ? steadyGain ?? gains.removeFirst() : nil
    let silence = silence.take(
      in: encoder.header.sourceSamples(ofFrames: nextFrame..<nextFrame + frameCount))
    return StreamBlock(
      firstFrame: nextFrame, gain: gain, mask: mask, grids: grids, silence: silence.all,
      channelSilence: silence.channels)
  }
}

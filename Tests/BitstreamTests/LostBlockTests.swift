import Bitstream
import TestSupport
import Testing
import Tokens

/// Tests of lost blocks: blocks that keep nothing although the period keeps tokens.
@Suite struct LostBlockTests {
  private func sample(_ header: StreamHeader, losing lost: [Int]) throws -> SampleStream {
    var random = SeededGenerator(seed: 31)
    var sample = SampleStream.random(header, frameCount: 60, blockFrames: 12, using: &random)
    for index in lost { sample.blocks[index] = sample.blocks[index].losingAll() }
    return sample
  }

  @Test(arguments: [
    SampleStream.header(codebooks: 14), SampleStream.header(codebooks: 2, period: 5, channels: 2, gain: .perBlock),
    SampleStream.header(codebooks: 3, period: 4, hasBlockMasks: true),
  ]) func lostBlocksRoundTrip(header: StreamHeader) throws {
    let sample = try sample(header, losing: [0, 2, 4])
    let (records, statistics) = try sample.encodedRecords()
    let found = try events(of: records.flatMap { $0 })
    #expect(found.blocks == sample.blocks)
    #expect(statistics.lostFrameCount == 36)
    #expect(try StreamSummary.verify(records.flatMap { $0 }).first?.statistics == statistics)
    #expect(statistics.tokenCount == sample.blocks[1].keptTokenCount + sample.blocks[3].keptTokenCount)
  }

  @Test func lostBlocksHaveNoPayload() throws {
    let sample = try sample(SampleStream.header(codebooks: 14), losing: [2])
    // Sync, kind, length, first frame, frames, arrangement and checksum.
    #expect(try sample.encodedRecords().records[2].count == 3 + 1 + 1 + 1 + 1 + 1 + 4)
  }

  @Test func blocksWithoutPeriodicTokensAreNotLost() throws {
    let block = StreamBlock(
      firstFrame: 1, mask: TokenMask(codebookCount: 14, frameCount: 3, isKept: false),
      grids: [TokenGrid(codebookCount: 14, frameCount: 3)])
    #expect(!block.isLost(from: CompressionPrompt(codebookCount: 2, period: 4)))
    #expect(block.isLost(from: CompressionPrompt(codebookCount: 2, period: 3)))
    #expect(!block.isLost(from: CompressionPrompt(codebookCount: 2, period: 0)))
  }
}

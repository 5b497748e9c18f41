import Bitstream
import TestSupport
import Testing
import Tokens

/// Tests of the arrangement *coded*.
@Suite struct RangeCodingTests {
  /// Returns blocks in which tokens with higher numbers are rarer, in all codebooks.
  private func skewed(
    _ header: StreamHeader, frameCount: Int, blockFrames: Int, using random: inout SeededGenerator
  ) -> SampleStream {
    var sample = SampleStream.random(header, frameCount: frameCount, blockFrames: blockFrames, using: &random)
    let limit = UInt32(header.geometry.codebookSize)
    for index in sample.blocks.indices {
      for channel in sample.blocks[index].grids.indices {
        for codebook in 0..<header.geometry.codebookCount {
          for frame in sample.blocks[index].mask.keptFrames(ofCodebook: codebook) {
            let least = (0..<4).map { _ in UInt32.random(in: 0..<limit, using: &random) }.min() ?? 0
            sample.blocks[index].grids[channel][codebook, frame] = UInt16(least)
          }
        }
      }
    }
    return sample
  }

  @Test(arguments: [2, 3, 1_000, 1_024, 65_536], [1, 2])
  func codedTokensRoundTrip(codebookSize: Int, channelCount: Int) throws {
    var random = SeededGenerator(seed: UInt64(codebookSize + channelCount))
    let geometry = TokenGeometry(sampleRateHz: 44_100, hopLength: 768, codebookCount: 5, codebookSize: codebookSize)
    let header = SampleStream.header(geometry: geometry, codebooks: 3, period: 2, channels: channelCount)
    for frameCount in [1, 7, 400, 3_000] {
      let sample = skewed(header, frameCount: frameCount, blockFrames: 1_500, using: &random)
      #expect(try events(of: try sample.encoded()).blocks == sample.blocks)
    }
  }

  @Test func reachesTheEntropyOfTheTokens() throws {
    var random = SeededGenerator(seed: 5)
    let sample = skewed(SampleStream.header(), frameCount: 4_000, blockFrames: 4_000, using: &random)
    let statistics = try sample.encodedRecords().statistics
    // The smallest of four uniform numbers has 10 − 2 + 3 / (4 ln 2) = 9.08 bits of entropy; adaptation costs a little
    // more.
    let bits = Double(statistics.payloadByteCount) * 8 / 4_000
    #expect((9.1...9.6).contains(bits), "\(bits)")
    #expect(try events(of: try sample.encoded()).blocks == sample.blocks)
  }

  @Test func uniformTokensStayPacked() throws {
    var random = SeededGenerator(seed: 6)
    let sample = SampleStream.random(
      SampleStream.header(codebooks: 4), frameCount: 500, blockFrames: 500, using: &random)
    #expect(try sample.encodedRecords().statistics.payloadByteCount == 4 * 500 * 10 / 8)
  }

  /// Each change of the coded bytes, with a correct checksum, gives other tokens or a fault, never a trap.
  @Test func survivesBrokenCodes() throws {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<2_000 {
      let count = Int.random(in: 0..<40, using: &random)
      let payload = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      let frames = UInt8.random(in: 1..<100, using: &random)
      let bytes = RawRecord.whole(block: RawRecord.block(frames: [frames], arrangement: 4, payload: payload))
      let error = #expect(throws: BitstreamError.self) { try events(of: bytes) }
      let code = error?.code ?? ""
      #expect(["out-of-range", "field-beyond-record", "trailing-bytes", "bad-token-hash"].contains(code), "\(code)")
    }
  }
}

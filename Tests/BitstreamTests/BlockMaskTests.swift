import Bitstream
import TestSupport
import Testing
import Tokens

/// Tests of the size of block masks; `StreamRoundTripTests` tests their content.
@Suite struct BlockMaskTests {
  private static let frameCount = 576

  /// Returns the bytes of a block's mask field: the difference to a block without masks that keeps as many tokens.
  private func maskByteCount(_ keep: (inout TokenMask, Range<Int>) -> Void) throws -> Int {
    var random = SeededGenerator(seed: 6)
    let header = SampleStream.header(period: 0, hasBlockMasks: true)
    let sample = SampleStream.random(
      header, frameCount: Self.frameCount, blockFrames: Self.frameCount, keepingAlso: keep, using: &random)
    let statistics = try sample.encodedRecords().statistics
    let plain = try SampleStream.random(
      SampleStream.header(), frameCount: Self.frameCount, blockFrames: Self.frameCount, using: &random
    ).encodedRecords().statistics
    return statistics.framingByteCount - plain.framingByteCount
  }

  @Test func prefixAndSuffixCostAFewBytes() throws {
    let byteCount = try maskByteCount { mask, _ in
      for frame in Array(0..<58) + Array(518..<576) {
        for codebook in 0..<mask.codebookCount { mask.keep(codebook: codebook, frame: frame) }
      }
    }
    // Number of terms, kind and codebooks, number of runs, and four runs, of which one takes two bytes.
    #expect(byteCount == 1 + 1 + 1 + 1 + 1 + 2 + 1)
  }

  @Test func beatsCostAByteEach() throws {
    let byteCount = try maskByteCount { mask, _ in
      for frame in stride(from: 3, to: Self.frameCount, by: 29) {
        for codebook in 0..<4 { mask.keep(codebook: codebook, frame: frame) }
      }
    }
    #expect(byteCount == 1 + 1 + 1 + 20)
  }

  @Test func keepingAllTokensCostsFewBytes() throws {
    #expect(
      try maskByteCount { mask, _ in
        mask = TokenMask(codebookCount: mask.codebookCount, frameCount: mask.frameCount, isKept: true)
      } == 1 + 1 + 1 + 1 + 2)
  }

  @Test func arbitraryMasksCostTwoBytesPerRun() throws {
    var random = SeededGenerator(seed: 7)
    let byteCount = try maskByteCount { mask, _ in
      for codebook in 0..<mask.codebookCount {
        for frame in 0..<mask.frameCount where Int.random(in: 0..<10, using: &random) == 0 {
          mask.keep(codebook: codebook, frame: frame)
        }
      }
    }
    // Runs of single tokens: two bytes for each of about 14 · 576 / 10 · 9 / 10 runs.
    #expect(byteCount < 2 * 14 * 576 / 10)
  }
}

import Bitstream
import Testing
import Tokens

/// The promised cost of the container, on tokens that cannot be compressed.
@Suite struct OverheadTests {
  static let rates = [(1, 12), (1, 4), (1, 1), (2, 1), (4, 1), (14, 1)]

  private func statistics(codebooks: Int, period: Int, seconds: Double) throws -> StreamStatistics {
    var random = SplitMix64(seed: UInt64(codebooks * 100 + period))
    let header = SampleStream.header(codebooks: codebooks, period: period)
    let frameCount = header.geometry.frameCount(forSampleCount: Int(seconds * 44_100))
    let blockFrames = BlockLength.frames(for: header.prompt, geometry: header.geometry, channelCount: 1)
    var sample = SampleStream.random(header, frameCount: frameCount, blockFrames: blockFrames, using: &random)
    sample.sampleCount = Int(seconds * 44_100)
    return try sample.encodedPieces().statistics
  }

  @Test(arguments: rates) func threeMinutesStayWithinTheBudget(codebooks: Int, period: Int) throws {
    let statistics = try statistics(codebooks: codebooks, period: period, seconds: 180)
    let rate = SampleStream.defaultGeometry.tokenRateBps(
      of: CompressionPrompt(codebookCount: codebooks, period: period))
    // 5 % at 50 bit/s and 1 % from 1 kbit/s on; between them no more than at 50 bit/s.
    #expect(statistics.overheadShare <= (rate >= 1_000 ? 0.01 : 0.05))
    print("3 min at (\(codebooks), \(period)): \(statistics.overheadByteCount) bytes, \(statistics.overheadShare)")
  }

  @Test(arguments: rates) func tenSecondsStayWithinFortyBytes(codebooks: Int, period: Int) throws {
    let statistics = try statistics(codebooks: codebooks, period: period, seconds: 10)
    print("10 s at (\(codebooks), \(period)): \(statistics.overheadByteCount) bytes in \(statistics.blockCount) blocks")
    if statistics.blockCount == 1 {
      #expect(statistics.overheadByteCount <= 40)
    } else {
      #expect(statistics.overheadShare <= 0.01)
    }
  }
}

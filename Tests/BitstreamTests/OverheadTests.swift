import Bitstream
import TestSupport
import Testing
import Tokens

/// Tests of the container's overhead on tokens that cannot be compressed (`formats/container.md`, section 8).
@Suite struct OverheadTests {
  static let rates = [(1, 12), (1, 4), (1, 1), (2, 1), (4, 1), (14, 1)]

  private func statistics(codebooks: Int, period: Int, seconds: Double) throws -> StreamStatistics {
    var random = SeededGenerator(seed: UInt64(codebooks * 100 + period))
    let header = SampleStream.header(codebooks: codebooks, period: period)
    let frameCount = header.geometry.frameCount(forSampleCount: Int(seconds * 44_100))
    let blockFrames = BlockLength.frames(
      for: header.prompt, geometry: header.geometry, channelCount: 1, totalFrameCount: frameCount)
    var sample = SampleStream.random(header, frameCount: frameCount, blockFrames: blockFrames, using: &random)
    sample.sampleCount = Int(seconds * 44_100)
    return try sample.encodedRecords().statistics
  }

  @Test(arguments: rates) func threeMinutesStayWithinTheBudget(codebooks: Int, period: Int) throws {
    let statistics = try statistics(codebooks: codebooks, period: period, seconds: 180)
    let rate = SampleStream.defaultGeometry.tokenRateBps(
      of: CompressionPrompt(codebookCount: codebooks, period: period))
    // At most 5 % at 50 bit/s and 1 % from 1 kbit/s on; between them no more than at 50 bit/s.
    #expect(statistics.overheadShare <= (rate >= 1_000 ? 0.01 : 0.05))
  }

  @Test(arguments: rates) func tenSecondsStayWithinFortyBytes(codebooks: Int, period: Int) throws {
    let statistics = try statistics(codebooks: codebooks, period: period, seconds: 10)
    if statistics.blockCount == 1 {
      #expect(statistics.overheadByteCount <= 40)
    } else {
      #expect(statistics.overheadShare <= 0.01)
    }
  }

  /// Unusual settings, with a gain per block and a phase, without spelled-out sampler settings.
  @Test func tenSecondsStayWithinFortyBytesWithASeed() throws {
    var random = SeededGenerator(seed: 1)
    let header = SampleStream.header(
      period: 12, phase: 5, rateHz: 96_000, gain: .perBlock, sampler: .modelDefault(seed: 9_999))
    let sample = SampleStream.random(header, frameCount: 575, blockFrames: 575, using: &random)
    #expect(try sample.encodedRecords().statistics.overheadByteCount <= 40)
  }

  @Test func theTableOfTheDocumentIsTrue() throws {
    var rows: [String] = []
    for (codebooks, period) in Self.rates {
      let prompt = CompressionPrompt(codebookCount: codebooks, period: period)
      let rate = Int(SampleStream.defaultGeometry.tokenRateBps(of: prompt).rounded())
      let cells = try [10.0, 180].map { seconds in
        let statistics = try statistics(codebooks: codebooks, period: period, seconds: seconds)
        let perMille = Int((statistics.overheadShare * 1_000).rounded())
        let overhead = Int(statistics.overheadByteCount.rounded(.up))
        return "\(overhead) | \(perMille / 10).\(perMille % 10) % | \(statistics.blockCount)"
      }
      rows.append("| (\(codebooks), \(period)) | \(rate) | \(cells[0]) | \(cells[1]) |")
    }
    let document = try ContainerFixtures.readText("../../formats/container.md")
    for row in rows { #expect(document.contains(row), "missing: \(row)") }
  }

  /// Streams of three minutes and more, of any length.
  @Test func lastBlockIsNeverShort() throws {
    for seconds in stride(from: 180.0, to: 1_200, by: 37) {
      #expect(try statistics(codebooks: 1, period: 12, seconds: seconds).overheadShare <= 0.05, "\(seconds) s")
      #expect(try statistics(codebooks: 2, period: 1, seconds: seconds).overheadShare <= 0.01, "\(seconds) s")
    }
  }
}

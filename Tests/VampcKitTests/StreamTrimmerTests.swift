import Bitstream
import Testing
import Tokens
import VampcKit

/// A trimmed stream is the one that an encoder would have written with fewer tokens.
@Suite struct StreamTrimmerTests {
  private func trim(_ bytes: [UInt8], _ trimmer: StreamTrimmer, frameCounts: [Int] = []) throws -> [UInt8] {
    var result: [UInt8] = []
    var reports: [StreamTrimmer.Report] = []
    try trimmer.trim(source: pieces(of: bytes), frameCounts: frameCounts) {
      result += $0
    } visit: {
      reports.append($0)
    }
    let summaries = try StreamSummary.verify(result)
    #expect(reports.map(\.statistics) == summaries.map(\.statistics))
    #expect(reports.map(\.sampleCount) == summaries.map(\.trailer.sampleCount))
    return result
  }

  @Test(arguments: [(14, 1), (4, 1), (4, 8), (1, 12), (1, 1), (2, 65_535)], [1, 2])
  func equalsAnEncodingByteForByte(_ kept: (Int, Int), channelCount: Int) throws {
    var stream = SyntheticStream(channelCount: channelCount, tags: [StreamTag(key: "TITLE", value: "Lied")])
    let whole = try stream.bytes()
    stream.prompt = CompressionPrompt(codebookCount: kept.0, period: kept.1)
    let trimmer = StreamTrimmer(codebookCount: kept.0, period: kept.1)
    let trimmed = try trim(whole, trimmer, frameCounts: [stream.frameCount])
    #expect(trimmed == (try stream.bytes()))
  }

  @Test func goesDownInSteps() throws {
    var stream = SyntheticStream(prompt: CompressionPrompt(codebookCount: 9, period: 2, phase: 1), firstFrame: 77)
    let halved = try trim(
      try stream.bytes(), StreamTrimmer(codebookCount: 3, period: 4), frameCounts: [stream.frameCount])
    let quartered = try trim(halved, StreamTrimmer(codebookCount: 12, period: 8), frameCounts: [stream.frameCount])
    stream.prompt = CompressionPrompt(codebookCount: 3, period: 8, phase: 1)
    #expect(quartered == (try stream.bytes()))
  }

  @Test func blocksGetLongerAsTheRateFallsThoughTheLengthIsUnknown() throws {
    let stream = SyntheticStream(frameCount: 12_000)
    let trimmed = try trim(try stream.bytes(), StreamTrimmer(codebookCount: 1, period: 12))
    let summary = try #require(try StreamSummary.verify(trimmed).first)
    #expect(summary.statistics.blockCount == 2 && summary.statistics.overheadShare < 0.1)
    let short = try trim(try stream.bytes(), StreamTrimmer(codebookCount: 1, period: 12, latencySeconds: 10))
    #expect(try StreamSummary.verify(short).first?.statistics.blockCount == 22)
  }

  @Test func trimsEachOfSeveralStreams() throws {
    var first = SyntheticStream(frameCount: 700)
    var second = SyntheticStream(prompt: CompressionPrompt(codebookCount: 2, period: 4), frameCount: 900, variant: 1)
    let bytes = try first.bytes() + second.bytes()
    let trimmed = try trim(bytes, StreamTrimmer(codebookCount: 4, period: 8), frameCounts: [700, 900])
    first.prompt = CompressionPrompt(codebookCount: 4, period: 8)
    second.prompt = CompressionPrompt(codebookCount: 2, period: 8)
    #expect(trimmed == (try first.bytes() + second.bytes()))
  }

  @Test func saysWhichPeriodsArePossible() throws {
    let bytes = try SyntheticStream(prompt: CompressionPrompt(codebookCount: 2, period: 4)).bytes()
    let error = VampcError.periodNotMultiple(asked: 6, present: 4)
    #expect(throws: error) { try trim(bytes, StreamTrimmer(period: 6)) }
    #expect(error.description.contains("possible are 4, 8, 12"))
  }

  /// The first codebooks of what was kept, in the frames of the new period.
  @Test(arguments: [(3, nil), (14, 6), (5, 6), (1, 3)] as [(Int, Int?)], [0, 3])
  func masksAreIntersected(_ asked: (Int, Int?), period: Int) throws {
    @Sendable func keeps(_ codebook: Int, _ frame: Int) -> Bool {
      frame < 20 || frame % 31 == codebook || (frame % 97 == 0 && codebook < 4)
    }
    let prompt = CompressionPrompt(codebookCount: 2, period: period, phase: period == 0 ? 0 : 2)
    let stream = SyntheticStream(prompt: prompt, frameCount: 800, blockFrameCount: 150, keepsAlso: keeps)
    let trimmed = try trim(try stream.bytes(), StreamTrimmer(codebookCount: asked.0, period: asked.1))
    for block in try blocks(of: trimmed) {
      for frame in block.frames {
        for codebook in 0..<14 {
          let wasKept = keeps(codebook, frame) || (codebook < 2 && prompt.keepsFrame(frame))
          let isKept = wasKept && codebook < asked.0 && (asked.1.map { frame % $0 == prompt.phase % $0 } ?? true)
          #expect(block.mask.isKept(codebook: codebook, frame: frame - block.firstFrame) == isKept)
          guard isKept else { continue }
          #expect(block.grids[0][codebook, frame - block.firstFrame] == stream.token(codebook, frame, 0))
        }
      }
    }
    let header = try #require(try StreamSummary.verify(trimmed).first).header
    #expect(header.hasBlockMasks == (period == 0 || asked.1 == nil || asked.0 > 2))
  }

  @Test func whatWasLostStaysMarkedAsLost() throws {
    var stream = SyntheticStream(frameCount: 1_400, blockFrameCount: 280, lostBlocks: [1, 4])
    let trimmed = try trim(try stream.bytes(), StreamTrimmer(codebookCount: 2, period: 2))
    #expect(try StreamSummary.verify(trimmed).first?.statistics.lostFrameCount == 560)
    stream.prompt = CompressionPrompt(codebookCount: 2, period: 2)
    let expected = stream.blocks
    let found = try blocks(of: trimmed)
    // The blocks between the lost ones are joined.
    #expect(found.map(\.frames) == [0..<280, 280..<560, 560..<1_120, 1_120..<1_400])
    #expect(TokenGrid(joining: found.map { $0.grids[0] }) == TokenGrid(joining: expected.map { $0.grids[0] }))
    #expect(found[1].mask == expected[1].mask && found[3].mask == expected[4].mask)
  }

  /// Gain in hundredths of a decibel at the start of every frame, as decoders take it from blocks.
  private func gains(of blocks: [StreamBlock]) throws -> [Double] {
    var (result, previous): ([Double], Int?) = ([], nil)
    for block in blocks {
      let gain = try #require(block.gain).hundredthsDB
      let start = Double(previous ?? gain)
      let length = Double(max(block.frameCount, blocks[0].frameCount))
      result += (0..<block.frameCount).map { start + (Double(gain) - start) * Double($0) / length }
      previous = gain
    }
    return result
  }

  @Test func joinsBlocksOnlyWhereTheirGainsAllow() throws {
    let gains = [100, 100, 100, 100, -50, -50, -50, 30, 30]
    let stream = SyntheticStream(frameCount: 1_700, blockFrameCount: 200, gainsHundredthsDB: gains)
    let trimmed = try trim(try stream.bytes(), StreamTrimmer(codebookCount: 1))
    let found = try blocks(of: trimmed)
    #expect(found.map(\.frameCount) == [200, 600, 200, 400, 200, 100])
    #expect(try self.gains(of: found) == (try self.gains(of: stream.blocks)))
  }

  @Test func keepsEveryBlockWhereGainsDiffer() throws {
    let stream = SyntheticStream(frameCount: 1_000, blockFrameCount: 90, gainsHundredthsDB: (0..<12).map { $0 * 17 })
    let trimmed = try trim(try stream.bytes(), StreamTrimmer(codebookCount: 1, period: 5))
    #expect(try blocks(of: trimmed).map(\.frames) == stream.blocks.map(\.frames))
    #expect(try blocks(of: trimmed).map(\.gain) == stream.blocks.map(\.gain))
  }

  @Test func refusesDamagedInput() throws {
    let stream = SyntheticStream(blockFrameCount: 500)
    var other = stream
    other.variant = 1
    var bytes = try stream.bytes()
    bytes[bytes.count / 2] ^= 1
    #expect(throws: BitstreamError.self) { try trim(bytes, StreamTrimmer(codebookCount: 4)) }
    // Every record is intact, but the tokens are not those that the end speaks for.
    let mixed = (try stream.records().dropLast() + other.records().suffix(1)).flatMap { $0 }
    let error = #expect(throws: BitstreamError.self) { try trim(mixed, StreamTrimmer(codebookCount: 4)) }
    #expect(error?.code == "bad-token-hash")
  }

  @Test func tellsWhatShortBlocksCost() throws {
    var stream = SyntheticStream(prompt: CompressionPrompt(codebookCount: 1, period: 12), frameCount: 10_000)
    let usual = try stream.bytes()
    stream.blockFrameCount = 500
    let short = try stream.bytes()
    #expect(short.count > usual.count + 15 * 19)
    let costs = try StreamTrimmer.usualCost(source: pieces(of: short), frameCounts: [10_000])
    #expect(costs.map(\.byteCount) == [usual.count])
    stream.gainsHundredthsDB = (0..<20).map { $0 }
    let withGains = try StreamTrimmer.usualCost(source: pieces(of: try stream.bytes()), frameCounts: [10_000])
    #expect(abs(withGains[0].byteCount - usual.count) < 4)
  }
}

import Bitstream
import TestSupport
import Testing
import Tokens

/// Tests that the encoder refuses what the format cannot store, and is then unchanged.
@Suite struct StreamEncoderTests {
  private func expectUnencodable(_ field: String, _ change: (inout StreamHeader) -> Void) {
    var header = SampleStream.header(codebooks: 2, period: 2)
    change(&header)
    let error = #expect(throws: BitstreamError.self, "\(field)") { try StreamEncoder(header: header) }
    guard case .unencodable(let found, _, _) = error else {
      Issue.record("\(String(describing: error)) for \(field)")
      return
    }
    #expect(found == field)
  }

  @Test func refusesHeadersBeyondTheLimits() {
    expectUnencodable("codec sample rate") { $0.geometry.sampleRateHz = 1_000_001 }
    expectUnencodable("hop") { $0.geometry.hopLength = 0 }
    expectUnencodable("codebooks") { $0.geometry.codebookCount = 257 }
    expectUnencodable("codebook size") { $0.geometry.codebookSize = 1 }
    expectUnencodable("codebooks kept") { $0.prompt.codebookCount = 15 }
    expectUnencodable("period") { $0.prompt.period = 65_536 }
    expectUnencodable("phase") { $0.prompt.phase = 2 }
    expectUnencodable("coded channels") { $0.codedChannelCount = 0 }
    expectUnencodable("source channels") { $0.codedChannelCount = 3 }
    expectUnencodable("source channels") { $0.sourceChannelCount = 1_025 }
    expectUnencodable("source sample rate") { $0.sourceSampleRateHz = 0 }
    expectUnencodable("coarse steps") { $0.sampler = .explicit(SamplerSettings(coarseStepCount: 256)) }
    expectUnencodable("fine steps") { $0.sampler = .explicit(SamplerSettings(fineStepCount: 0)) }
    expectUnencodable("top p") { $0.sampler = .explicit(SamplerSettings(topP: 0)) }
    expectUnencodable("typical mass") { $0.sampler = .explicit(SamplerSettings(typicalMass: 1.01)) }
    expectUnencodable("tags") { $0.tags = .init(repeating: StreamTag(key: "a", value: ""), count: 257) }
    expectUnencodable("tag key bytes") { $0.tags = [StreamTag(key: "", value: "")] }
    expectUnencodable("tag value bytes") {
      $0.tags = [StreamTag(key: "a", value: String(repeating: "é", count: 16_385))]
    }
    expectUnencodable("bytes of all tags") {
      $0.tags = .init(repeating: StreamTag(key: "a", value: String(repeating: "b", count: 30_000)), count: 3)
    }
  }

  @Test func refusesBlocksThatContradictTheHeader() throws {
    let header = SampleStream.header(codebooks: 2, period: 2)
    func block(
      _ firstFrame: Int, _ frameCount: Int = 6, gain: Gain? = nil, tokens: [UInt16] = [1, 2, 3, 4, 5, 1_023]
    ) -> StreamBlock {
      StreamBlock(
        keeping: header.prompt, firstFrame: firstFrame, frameCount: frameCount, gain: gain, tokens: tokens)
    }
    let good = block(6)
    let long = TokenMask(codebookCount: 14, frameCount: header.blockFrameLimit + 1, isKept: false)
    var hiding = good
    hiding.mask.setMasked(codebook: 1, frame: 2)
    var keepingMore = good
    keepingMore.mask.keep(codebook: 2, frame: 2)
    var stereo = good
    stereo.grids += good.grids
    let shallow = TokenMask(codebookCount: 3, frameCount: 6, isKept: false)
    let refused: [(String, StreamBlock)] = [
      ("frames", block(6, 0)),
      (
        "frames",
        StreamBlock(
          firstFrame: 6, mask: long, grids: [TokenGrid(codebookCount: 14, frameCount: long.frameCount)])
      ),
      ("first frame", StreamBlock(firstFrame: -1, mask: good.mask, grids: good.grids)),
      ("first frame", block(8)),
      ("channels of a block", stereo),
      ("gains of a block", block(6, gain: .unity)),
      (
        "codebooks of a block",
        StreamBlock(firstFrame: 6, mask: shallow, grids: [TokenGrid(codebookCount: 3, frameCount: 6)])
      ),
      ("periodic tokens that are masked", hiding),
      ("mask terms", keepingMore),
      ("token", block(6, tokens: [1, 2, 3, 4, 5, 1_024])),
    ]
    var encoder = try StreamEncoder(header: header)
    var bytes = try encoder.encode(block(0))
    for (field, refusedBlock) in refused {
      let before = encoder.statistics
      let error = #expect(throws: BitstreamError.self) { try encoder.encode(refusedBlock) }
      guard case .unencodable(field, _, _) = error else {
        Issue.record("\(String(describing: error)) instead of \(field)")
        continue
      }
      #expect(encoder.statistics == before)
    }
    #expect(throws: BitstreamError.self) { try encoder.finish(sampleCount: -1) }
    bytes += try encoder.encode(good, endingAt: 9_000)
    #expect(encoder.hasEnded)
    #expect(try events(of: bytes).blocks == [block(0), good])
  }

  @Test func refusesAPerBlockGainThatIsMissing() throws {
    var encoder = try StreamEncoder(header: SampleStream.header(gain: .perBlock))
    let block = StreamBlock(
      keeping: CompressionPrompt(codebookCount: 1), firstFrame: 0, frameCount: 1, tokens: [0])
    #expect(throws: BitstreamError.unencodable(field: "gains of a block", value: 0, allowed: 1...1)) {
      try encoder.encode(block)
    }
  }

  @Test func theHeaderIsRepeatedEarlyAndThenInProportion() throws {
    var random = SeededGenerator(seed: 12)
    let header = SampleStream.header(codebooks: 1, period: 12)
    // Blocks of 10 s at 50 bit/s: 75 bytes, of which few may carry the header.
    let sample = SampleStream.random(header, frameCount: 40 * 564, blockFrames: 564, using: &random)
    let records = try sample.encodedRecords().records
    let carriesHeader = records.map { $0[3] & 1 == 1 }
    #expect(carriesHeader[0] && carriesHeader[1] && !carriesHeader[2])
    let repeated = carriesHeader.count { $0 }
    #expect((6...16).contains(repeated))
  }

  @Test func errorDescriptionsNameFieldAndByte() {
    let error = BitstreamError.outOfRange(field: "period", value: 0, allowed: 1...65_535, byteOffset: 18)
    #expect(error.description == "period is 0, allowed are 1 to 65535 (byte 18)")
    #expect(
      BitstreamError.badChecksum(stored: 1, computed: 0xABC, byteOffset: 7).description
        == "checksum 00000abc of a record, stored is 00000001 (byte 7)")
    #expect(
      BitstreamError.unencodable(field: "gain", value: 40_000, allowed: -1...1).description
        == "gain of 40000 cannot be stored, allowed are -1 to 1")
  }

  @Test func hashesMatchByTheirFirstBytes() {
    let digest = (0..<32).map { UInt8($0) }
    var other = digest
    other[5] = 0
    #expect(ModelHash.codec(sha256: digest).matches(sha256: digest))
    #expect(!ModelHash.codec(sha256: digest).matches(sha256: other))
    #expect(ModelHash.generator(sha256: digest).matches(sha256: other))
    #expect(ModelHash.generator(sha256: digest).description == "00010203")
  }
}

import Bitstream
import TestSupport
import Testing
import Tokens

@Suite struct StreamRoundTripTests {
  @Test(arguments: 0..<200) func randomStreamsRoundTrip(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let sample = SampleStream.arbitrary(using: &random)
    let (records, written) = try sample.encodedRecords()
    let bytes = records.flatMap { $0 }

    let found = try events(of: bytes)
    #expect(found.headers == [sample.header], "seed \(seed)")
    #expect(found.blocks == sample.blocks, "seed \(seed)")
    #expect(found.trailers.map(\.sampleCount) == [sample.sampleCount], "seed \(seed)")
    #expect(found.damages.isEmpty)

    let summaries = try StreamSummary.verify(bytes)
    #expect(summaries.map(\.statistics) == [written], "seed \(seed)")
    #expect(written.byteCount == bytes.count, "seed \(seed)")
    #expect(written.frameCount == sample.blocks.reduce(0) { $0 + $1.frameCount })
  }

  @Test(arguments: 0..<40) func chunkSizeDoesNotChangeEvents(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let sample = SampleStream.arbitrary(using: &random)
    let bytes = try sample.encoded()
    var decoder = StreamDecoder()
    var found: [StreamEvent] = []
    for byte in bytes {
      decoder.push([byte])
      while let event = try decoder.next() { found.append(event) }
    }
    decoder.finish()
    while let event = try decoder.next() { found.append(event) }
    #expect(found == (try events(of: bytes)), "seed \(seed)")
  }

  @Test func aBlockIsReadAsSoonAsItsLastByteIsThere() throws {
    var random = SeededGenerator(seed: 1)
    let sample = SampleStream.random(
      SampleStream.header(codebooks: 2), frameCount: 90, blockFrames: 30, using: &random)
    let (records, _) = try sample.encodedRecords()
    var decoder = StreamDecoder()
    decoder.push(Array(records[0].dropLast()))
    #expect(try decoder.next() == nil)
    decoder.push([records[0].last!])
    #expect(try decoder.next() == .header(sample.header))
    #expect(try decoder.next() == .block(sample.blocks[0]))
    #expect(try decoder.next() == nil)
  }

  @Test func concatenatedStreamsAreOneLegalInput() throws {
    var random = SeededGenerator(seed: 2)
    let samples = (0..<12).map { _ in SampleStream.arbitrary(using: &random) }
    let bytes = try samples.flatMap { try $0.encoded() }
    let found = try events(of: bytes)
    #expect(found.headers == samples.map(\.header))
    #expect(found.blocks == samples.flatMap(\.blocks))
    #expect(found.trailers.map(\.sampleCount) == samples.map(\.sampleCount))
    #expect(try StreamSummary.verify(bytes).map(\.statistics.byteCount).reduce(0, +) == bytes.count)
  }

  @Test func tokenHashDoesNotDependOnTheBlocks() throws {
    var random = SeededGenerator(seed: 3)
    let header = SampleStream.header(codebooks: 3, period: 2, channels: 2)
    let whole = SampleStream.random(header, frameCount: 100, blockFrames: 100, using: &random)
    var cut = whole
    cut.blocks = stride(from: 0, to: 100, by: 20).map { start in
      StreamBlock(
        firstFrame: start, mask: whole.blocks[0].mask.slice(codebooks: 0..<14, frames: start..<start + 20),
        grids: whole.blocks[0].grids.map { $0.slice(codebooks: 0..<14, frames: start..<start + 20) })
    }
    #expect(try events(of: whole.encoded()).trailers == events(of: cut.encoded()).trailers)
  }

  @Test func deflateIsUsedWhereItGains() throws {
    var random = SeededGenerator(seed: 4)
    let header = SampleStream.header(codebooks: 14)
    let few = SampleStream.random(header, frameCount: 600, blockFrames: 600, entryCount: 40, using: &random)
    let statistics = try few.encodedRecords().statistics
    // 40 equally likely values have 5.32 bits; Huffman codes of split planes need at most 10 % more.
    #expect(Double(statistics.payloadByteCount * 8) / Double(statistics.tokenCount) < 5.32 * 1.1)
    #expect(try events(of: few.encoded()).blocks == few.blocks)

    var mixed = few
    for codebook in 7..<14 {
      for frame in 0..<600 { mixed.blocks[0].grids[0][codebook, frame] = .random(in: 0..<1_024, using: &random) }
    }
    #expect(try events(of: mixed.encoded()).blocks == mixed.blocks)

    var silent = few
    silent.blocks[0].grids[0] = TokenGrid(codebookCount: 14, frameCount: 600)
    #expect(try silent.encodedRecords().statistics.payloadByteCount < 40)
    #expect(try events(of: silent.encoded()).blocks == silent.blocks)
  }

  @Test func randomTokensCostNoMoreThanTheirBits() throws {
    var random = SeededGenerator(seed: 5)
    let sample = SampleStream.random(
      SampleStream.header(codebooks: 14), frameCount: 291, blockFrames: 291, using: &random)
    #expect(try sample.encodedRecords().statistics.payloadByteCount == (291 * 14 * 10 + 7) / 8)
  }

  @Test func aStreamWithoutBlocksHasHeaderAndTrailer() throws {
    var encoder = try StreamEncoder(header: SampleStream.header())
    let bytes = try encoder.finish(sampleCount: 0)
    let found = try events(of: bytes)
    #expect(found == [.header(SampleStream.header()), .trailer(StreamTrailer(sampleCount: 0, tokenHash: 0))])
  }

  @Test func everyTokenWidthRoundTrips() throws {
    var random = SeededGenerator(seed: 6)
    for size in [2, 3, 4, 100, 255, 256, 257, 511, 512, 513, 1_000, 4_096, 65_535, 65_536] {
      for frameCount in [1, 2, 7, 64] {
        let geometry = TokenGeometry(sampleRateHz: 16_000, hopLength: 320, codebookCount: 3, codebookSize: size)
        for entryCount in [size, min(size, 3)] {
          let sample = SampleStream.random(
            SampleStream.header(geometry: geometry, codebooks: 3), frameCount: frameCount, blockFrames: 32,
            entryCount: entryCount, using: &random)
          #expect(try events(of: sample.encoded()).blocks == sample.blocks, "size \(size), \(frameCount) frames")
        }
      }
    }
  }
}

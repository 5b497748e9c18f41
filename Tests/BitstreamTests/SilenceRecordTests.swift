import Bitstream
import TestSupport
import Testing
import Tokens

/// Tests of silence records (`formats/container.md`, section 6.1).
@Suite struct SilenceRecordTests {
  private static func stream(rateHz: Int = 48_000, firstFrame: Int = 0) -> SampleStream {
    var random = SeededGenerator(seed: 4)
    return SampleStream.random(
      SampleStream.header(rateHz: rateHz), frameCount: 24, blockFrames: 8, firstFrame: firstFrame, using: &random)
  }

  /// Runs come back with their blocks, before the first block as well as before later ones.
  @Test func runsComeBackWithTheirBlocks() throws {
    for firstFrame in [0, 1_000_000] {
      var sample = Self.stream(firstFrame: firstFrame)
      for index in [0, 2] {
        let samples = sample.header.sourceSamples(ofFrames: sample.blocks[index].frames)
        sample.blocks[index].silence = [
          samples.lowerBound..<samples.lowerBound + 9, samples.upperBound - 1..<samples.upperBound,
        ]
      }
      #expect(try events(of: sample.encoded()).blocks == sample.blocks)
    }
  }

  /// A silence record costs 10 bytes and its varints; statistics count it as framing.
  @Test func aRunTakesFewBytes() throws {
    var sample = Self.stream()
    let bare = try sample.encodedRecords()
    sample.blocks[0].silence = [0..<4_800]
    let marked = try sample.encodedRecords()
    #expect(marked.records.flatMap { $0 }.count - bare.records.flatMap { $0 }.count == 13)
    #expect(marked.statistics.framingByteCount - bare.statistics.framingByteCount == 13)
    #expect(marked.statistics.silentSampleCount == 4_800)
    var reader = StreamReader(marked.records.flatMap { $0 })
    while try reader.next() != nil {}
    #expect(reader.statistics == marked.statistics)
  }

  /// Readers that know no silence records skip them: the other records are those of a stream without silence.
  @Test func otherRecordsDoNotChange() throws {
    var sample = Self.stream()
    let bare = try sample.encoded()
    sample.blocks[1].silence = [sample.header.sourceSample(ofFrame: 9)..<sample.header.sourceSample(ofFrame: 10)]
    var kept: [UInt8] = []
    let marked = try sample.encoded()
    var walk = RecordWalk(marked)
    while let outline = try walk.next() {
      if outline.ancillaryType == nil { kept += marked[outline.byteRange] }
    }
    #expect(kept == bare && marked.count > bare.count)
  }

  /// A lost block takes its silence with it: the record in front of it says nothing about the next block.
  @Test func silenceOfALostBlockDoesNotMove() throws {
    var sample = Self.stream()
    for index in sample.blocks.indices {
      let start = sample.header.sourceSample(ofFrame: sample.blocks[index].firstFrame)
      sample.blocks[index].silence = [start..<start + 100 + index]
    }
    var records = try sample.encodedRecords().records
    records[1][records[1].count - 1] ^= 1
    let found = try events(of: records.flatMap { $0 }, policy: .lenient)
    #expect(found.damages.count == 1)
    #expect(found.blocks == [sample.blocks[0], sample.blocks[2]])
  }

  /// Silence of single channels comes back with its block, next to that of all channels, and after damage.
  @Test func silenceOfSingleChannelsComesBack() throws {
    var random = SeededGenerator(seed: 5)
    var sample = SampleStream.random(
      SampleStream.header(channels: 3), frameCount: 24, blockFrames: 8, using: &random)
    let bare = try sample.encodedRecords()
    for index in [0, 1] {
      let samples = sample.header.sourceSamples(ofFrames: sample.blocks[index].frames)
      sample.blocks[index].channelSilence = [[], [samples], [samples.lowerBound + 5..<samples.lowerBound + 900]]
    }
    sample.blocks[1].silence = [sample.header.sourceSample(ofFrame: 9)..<sample.header.sourceSample(ofFrame: 10)]
    let marked = try sample.encodedRecords()
    #expect(try events(of: marked.records.flatMap { $0 }).blocks == sample.blocks)
    // 10 bytes of the record, and for each channel its number, the number of runs, and a run of up to 5 bytes.
    let added = marked.records[0].count - bare.records[0].count
    #expect(added == 10 + (2 + 1 + 2) + (2 + 1 + 2))
    #expect(marked.statistics.framingByteCount > bare.statistics.framingByteCount)
    var records = marked.records
    records[0][records[0].count - 1] ^= 1
    let found = try events(of: records.flatMap { $0 }, policy: .lenient)
    #expect(found.blocks == Array(sample.blocks[1...]))
    // Readers that know no such records find the stream without silence.
    var walk = RecordWalk(marked.records.flatMap { $0 })
    var kept: [UInt8] = []
    while let outline = try walk.next() {
      if outline.ancillaryType == nil { kept += marked.records.flatMap { $0 }[outline.byteRange] }
    }
    #expect(kept == bare.records.flatMap { $0 })
  }

  @Test func refusesRunsThatBreakARule() throws {
    let sample = Self.stream(rateHz: 44_100)
    let samples = sample.header.sourceSamples(ofFrames: sample.blocks[0].frames)
    #expect(samples == 0..<8 * 768)
    for silence in [[0..<8 * 768 + 1], [0..<1, 1..<2], [5..<9, 0..<1], [3..<3], [8 * 768..<8 * 768 + 1]] {
      var changed = sample
      changed.blocks[0].silence = silence
      #expect(throws: BitstreamError.self, "\(silence)") { try changed.encoded() }
      changed = sample
      changed.blocks[0].channelSilence = [silence]
      #expect(throws: BitstreamError.self, "\(silence)") { try changed.encoded() }
    }
  }

  /// Frames begin at the source's sample that is next in time, and numbers beyond the format's limit do not overflow.
  @Test func framesBeginAtTheNextSample() {
    let header = SampleStream.header(rateHz: 48_000)
    #expect(header.sourceSample(ofFrame: 0) == 0)
    #expect(header.sourceSample(ofFrame: 1) == 836)  // 835.9
    #expect(header.sourceSample(ofFrame: 147) == 122_880)
    let fastest = SampleStream.header(
      geometry: TokenGeometry(sampleRateHz: 1, hopLength: 65_536, codebookCount: 1, codebookSize: 2),
      rateHz: 16_777_216)
    #expect(fastest.sourceSample(ofFrame: StreamLimits.frameNumber) == StreamLimits.sampleCount)
  }
}

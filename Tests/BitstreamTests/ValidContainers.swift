import Bitstream
import TestSupport
import Tokens

/// Containers in `fixtures/containers/valid`, except the worked example, which is never rewritten.
struct ValidContainer {
  let name: String
  let bytes: [UInt8]
  /// Whether the format determines every byte; deflated bytes depend on the compressor.
  var isReproducible = true

  static func all() throws -> [ValidContainer] {
    var random = SeededGenerator(seed: 2_024)
    return try [
      ValidContainer(name: "no-blocks", bytes: RawRecord.empty(header: RawRecord.header())),
      ValidContainer(name: "all-codebooks", bytes: allCodebooks(using: &random).encoded()),
      ValidContainer(name: "stereo-block-gains", bytes: stereo(using: &random).encoded()),
      ValidContainer(name: "everything-spelled-out", bytes: spelledOut(using: &random).encoded()),
      ValidContainer(name: "tags", bytes: tagged(using: &random).encoded()),
      ValidContainer(name: "started-at-once", bytes: startedAtOnce(using: &random).encoded()),
      ValidContainer(name: "sparse", bytes: sparse(using: &random).encoded()),
      ValidContainer(
        name: "ignored-records",
        bytes: RawRecord.framed(kind: 0x10, [2, 9, 9])
          + RawRecord.framed(kind: 0x1B, RawRecord.header() + RawRecord.block())
          + RawRecord.framed(kind: 0x10, [127])
          + RawRecord.framed(kind: 0x14, [0x80, 0x18, 4] + RawRecord.trailer().suffix(4))),
      ValidContainer(
        name: "concatenated",
        bytes: sparse(using: &random).encoded() + tagged(using: &random).encoded() + stereo(using: &random).encoded()),
      ValidContainer(
        name: "deflated", bytes: compressible(entryCount: 1, using: &random).encoded(), isReproducible: false),
      ValidContainer(
        name: "planes", bytes: compressible(entryCount: 30, using: &random).encoded(), isReproducible: false),
      ValidContainer(name: "mask-prefix-suffix", bytes: prefixAndSuffix(using: &random).encoded()),
      ValidContainer(name: "mask-beats", bytes: beats(using: &random).encoded()),
      ValidContainer(name: "mask-tokens", bytes: singleTokens(using: &random).encoded()),
      ValidContainer(name: "mask-overlapping-terms", bytes: overlappingTerms()),
      ValidContainer(name: "lost-blocks", bytes: withLostBlocks(using: &random).encoded()),
      ValidContainer(name: "lost-block-with-mask", bytes: lostDespiteItsMask()),
      ValidContainer(name: "silence", bytes: withSilence()),
      ValidContainer(name: "silence-records-that-do-not-count", bytes: withSilenceThatDoesNotCount()),
      ValidContainer(name: "channel-silence", bytes: withChannelSilence()),
      ValidContainer(
        name: "channel-silence-records-that-do-not-count", bytes: withChannelSilenceThatDoesNotCount()),
    ]
  }

  private static func allCodebooks(using random: inout SeededGenerator) -> SampleStream {
    var sample = SampleStream.random(SampleStream.header(codebooks: 14), frameCount: 10, blockFrames: 4, using: &random)
    sample.foldsTrailer = false
    return sample
  }

  private static func stereo(using random: inout SeededGenerator) -> SampleStream {
    SampleStream.random(
      SampleStream.header(codebooks: 3, period: 3, phase: 2, channels: 2, rateHz: 96_000, gain: .perBlock),
      frameCount: 31, blockFrames: 9, using: &random)
  }

  private static func spelledOut(using random: inout SeededGenerator) -> SampleStream {
    let header = StreamHeader(
      codecHash: SampleStream.codecHash, generatorHash: nil,
      geometry: TokenGeometry(sampleRateHz: 22_050, hopLength: 300, codebookCount: 20, codebookSize: 1_500),
      prompt: CompressionPrompt(codebookCount: 18, period: 200, phase: 150), codedChannelCount: 17,
      sourceSampleRateHz: 37_800, sourceChannelCount: 300, gain: .whole(Gain(hundredthsDB: -32_768)),
      sampler: .explicit(
        SamplerSettings(
          coarseStepCount: 36, fineStepCount: 4, temperature: 0.9, fineTemperature: 0, maskTemperature: 655.35,
          topP: 0.95,
          typicalMass: 0.2, seed: 0xDEAD_BEEF)))
    return SampleStream.random(header, frameCount: 500, blockFrames: 500, using: &random)
  }

  private static func tagged(using random: inout SeededGenerator) -> SampleStream {
    let tags = [
      StreamTag(key: "TITLE", value: "Prélude 🎻"), StreamTag(key: "ARTIST", value: ""),
      StreamTag(key: "TITLE", value: "two\nlines"),
    ]
    return SampleStream.random(SampleStream.header(tags: tags), frameCount: 12, blockFrames: 6, using: &random)
  }

  private static func startedAtOnce(using random: inout SeededGenerator) -> SampleStream {
    var sample = SampleStream.random(SampleStream.header(codebooks: 4), frameCount: 60, blockFrames: 10, using: &random)
    sample.startsAtOnce = true
    sample.foldsTrailer = false
    return sample
  }

  /// Returns a stream in which some blocks have no kept tokens.
  private static func sparse(using random: inout SeededGenerator) -> SampleStream {
    SampleStream.random(
      SampleStream.header(period: 12), frameCount: 50, blockFrames: 5, firstFrame: 4_000_001, using: &random)
  }

  /// Returns a stream that keeps all tokens of the first 7 and the last 5 frames, and one codebook of every fourth
  /// frame between them.
  private static func prefixAndSuffix(using random: inout SeededGenerator) -> SampleStream {
    SampleStream.random(
      SampleStream.header(period: 4, hasBlockMasks: true), frameCount: 40, blockFrames: 16,
      keepingAlso: { mask, frames in
        for frame in frames where frame < 7 || frame >= 35 {
          for codebook in 0..<mask.codebookCount { mask.keep(codebook: codebook, frame: frame - frames.lowerBound) }
        }
      }, using: &random)
  }

  /// Returns a stream with a period of 0 that keeps four codebooks of single frames, in two channels.
  private static func beats(using random: inout SeededGenerator) -> SampleStream {
    let beats: Set<Int> = [100, 117, 133, 150, 167, 183]
    return SampleStream.random(
      SampleStream.header(codebooks: 4, period: 0, channels: 2, gain: .perBlock, hasBlockMasks: true), frameCount: 90,
      blockFrames: 30, firstFrame: 100,
      keepingAlso: { mask, frames in
        for frame in frames where beats.contains(frame) {
          for codebook in 0..<4 { mask.keep(codebook: codebook, frame: frame - frames.lowerBound) }
        }
      }, using: &random)
  }

  /// Returns a stream that keeps single tokens without any pattern.
  private static func singleTokens(using random: inout SeededGenerator) -> SampleStream {
    var choice = SeededGenerator(seed: 9)
    return SampleStream.random(
      SampleStream.header(codebooks: 2, period: 5, phase: 3, hasBlockMasks: true), frameCount: 33, blockFrames: 20,
      keepingAlso: { mask, frames in
        for codebook in 0..<mask.codebookCount {
          for column in frames.indices.map({ $0 - frames.lowerBound })
          where UInt8.random(in: 0..<4, using: &choice) == 0 {
            mask.keep(codebook: codebook, frame: column)
          }
        }
      }, using: &random)
  }

  /// Returns a stream with three terms that all keep frame 1 of codebook 0; the last term spells out its codebooks.
  private static func overlappingTerms() -> [UInt8] {
    let mask: [UInt8] = [3, 0x04, 2, 1, 2, 0x0D, 4, 1, 1, 1, 1, 0x02, 2, 2, 0, 2]
    let header = RawRecord.header(flags: 0x98, extras: [0x04], rest: [0])
    // The terms keep frames 0, 1 and 3 of codebook 0, and frames 1 and 3 of codebooks 1 and 2: 70 bits.
    let tokens: [UInt64] = [0x001, 0x203, 0x3FF, 0x000, 0x155, 0x2AA, 0x0F0]
    var packed: [UInt8] = []
    var (bits, count) = (UInt64(0), 0)
    for token in tokens {
      bits = bits << 10 | token
      count += 10
      while count >= 8 {
        count -= 8
        packed.append(UInt8(truncatingIfNeeded: bits >> UInt64(count)))
      }
    }
    packed.append(UInt8(truncatingIfNeeded: bits << UInt64(8 - count)))
    let hashed: [UInt64] = [tokens[0], tokens[1], tokens[3], tokens[5], tokens[2], tokens[4], tokens[6]]
    let hash = bigEndian(bitwiseCRC32(hashed.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }))
    return RawRecord.whole(
      header: header, trailer: RawRecord.trailer(hash: hash), block: RawRecord.block(payload: mask + packed))
  }

  /// Returns a repaired stream: the second and the last of four blocks are lost.
  private static func withLostBlocks(using random: inout SeededGenerator) -> SampleStream {
    var sample = SampleStream.random(
      SampleStream.header(codebooks: 2, period: 3, gain: .perBlock), frameCount: 40, blockFrames: 10, using: &random)
    for index in [1, 3] { sample.blocks[index] = sample.blocks[index].losingAll() }
    return sample
  }

  /// Returns a stream with a lost block whose mask would keep all frames.
  private static func lostDespiteItsMask() -> [UInt8] {
    RawRecord.whole(
      header: RawRecord.header(flags: 0x98, extras: [0x04]), trailer: RawRecord.trailer(hash: [0, 0, 0, 0]),
      block: RawRecord.block(arrangement: 3, payload: [1, 0x0D, 2, 0, 4]))
  }

  /// Returns a stream of three blocks at 48 kHz: one with silence at its beginning and its end, one without silence, and
  /// one that begins with silence.
  private static func withSilence() -> [UInt8] {
    let first: [UInt8] = [0] + RawRecord.varint(1_000) + RawRecord.varint(2_000) + RawRecord.varint(344)
    let third: [UInt8] = RawRecord.varint(6_688) + [12]
    var bytes = RawRecord.tags([1, 1, 0x61, 1, 0x62])
    bytes += silence(first)
    bytes += RawRecord.framed(kind: 0x1B, RawRecord.header(flags: 0x19) + RawRecord.block())
    bytes += RawRecord.framed(kind: 0x12, RawRecord.block(first: [4]))
    bytes += silence(third)
    bytes += RawRecord.framed(kind: 0x16, trailerOfThreeBlocks + RawRecord.block(first: [8]))
    return bytes
  }

  private static func silence(_ data: [UInt8]) -> [UInt8] { RawRecord.framed(kind: 0x10, [9] + data) }

  private static var trailerOfThreeBlocks: [UInt8] {
    var hashed: [UInt8] = []
    for _ in 0..<3 { hashed += [0x00, 0x01, 0x02, 0x03, 0x03, 0xFF, 0x00, 0x00] }
    return RawRecord.trailer(samples: RawRecord.varint(9_216), hash: bigEndian(bitwiseCRC32(hashed)))
  }

  /// Returns a stream of three blocks whose silence records are invalid, replaced or outside their block, except one.
  private static func withSilenceThatDoesNotCount() -> [UInt8] {
    let beyond: [UInt8] = RawRecord.varint(1 << 53) + [1]
    // The first run ends in the block, and the second begins in it.
    let second: [UInt8] = RawRecord.varint(3_000) + RawRecord.varint(100) + RawRecord.varint(3_000) + [100]
    let broken: [[UInt8]] = [[], [5], [5, 0], [5, 1, 0, 1], [0x85, 0x00, 1], beyond]
    var bytes = broken.flatMap { silence($0) }
    bytes += RawRecord.framed(kind: 0x1B, RawRecord.header() + RawRecord.block())
    // A record that another one replaces.
    bytes += silence([0, 1])
    bytes += silence(second)
    bytes += RawRecord.framed(kind: 0x12, RawRecord.block(first: [4]))
    // A record of a block that has passed.
    bytes += silence([0, 10])
    bytes += RawRecord.framed(kind: 0x16, trailerOfThreeBlocks + RawRecord.block(first: [8]))
    return bytes
  }

  /// Returns a stream of two channels and three blocks: one where each channel has silence of its own and both have some
  /// together, one with silence of the second channel, and one without.
  private static func withChannelSilence() -> [UInt8] {
    var sample = streamOfTwoChannels()
    let samples = sample.blocks.map { sample.header.sourceSamples(ofFrames: $0.frames) }
    sample.blocks[0].silence = [1_000..<2_000]
    sample.blocks[0].channelSilence = [[0..<500], [900..<2_100, samples[0].upperBound - 7..<samples[0].upperBound]]
    sample.blocks[1].channelSilence = [[], [samples[1]]]
    return try! sample.encoded()  // The runs above are within their blocks and apart.
  }

  /// Returns a stream of two channels whose channel silence records are invalid, replaced or outside their block, except
  /// one that also follows the silence record.
  private static func withChannelSilenceThatDoesNotCount() -> [UInt8] {
    let sample = streamOfTwoChannels()
    let records = try! sample.encodedRecords().records  // A stream without silence.
    func record(_ data: [UInt8]) -> [UInt8] { RawRecord.framed(kind: 0x10, [10] + data) }
    let beyond = [0, 1] + RawRecord.varint(1 << 53) + [1]
    let broken: [[UInt8]] = [
      [], [0], [0, 0], [0, 1, 5], [0, 1, 5, 0], [0, 2, 5, 1, 0, 1], [1, 1, 5, 1, 0, 1, 5, 1], [0x80, 0x00, 1, 5, 1],
      beyond,
    ]
    var bytes = broken.flatMap(record)
    // A channel that is not there.
    bytes += record([0, 1, 5, 1, 2, 1, 5, 1])
    bytes += records[0]
    let start = sample.header.sourceSample(ofFrame: sample.blocks[1].firstFrame)
    // A record that another one replaces.
    bytes += record([0, 1] + RawRecord.varint(start) + [50])
    bytes += silence(RawRecord.varint(start + 60) + [70])
    bytes += record([1, 2] + RawRecord.varint(start - 100) + [20] + RawRecord.varint(100) + [30])
    bytes += records[1]
    // A record of a block that has passed.
    bytes += record([0, 1, 0, 10])
    return bytes + records[2...].flatMap { $0 }
  }

  private static func streamOfTwoChannels() -> SampleStream {
    var random = SeededGenerator(seed: 11)
    return SampleStream.random(
      SampleStream.header(channels: 2), frameCount: 24, blockFrames: 8, using: &random)
  }

  /// Returns a stream with `entryCount` token values. If there are several, codebook 1 is uniformly random and codebook
  /// 2 constant.
  private static func compressible(entryCount: Int, using random: inout SeededGenerator) -> SampleStream {
    var sample = SampleStream.random(
      SampleStream.header(codebooks: 4), frameCount: 120, blockFrames: 120, entryCount: entryCount, using: &random)
    guard entryCount > 1 else { return sample }
    for frame in 0..<120 {
      sample.blocks[0].grids[0][1, frame] = .random(in: 0..<1_024, using: &random)
      sample.blocks[0].grids[0][2, frame] = 0x2AB
    }
    return sample
  }
}

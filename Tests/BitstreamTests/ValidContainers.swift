import Bitstream
import Tokens

/// The containers in `fixtures/containers/valid`, all but the worked example, which is never rewritten.
struct ValidContainer {
  let name: String
  let bytes: [UInt8]
  /// Whether every byte is fixed by the format; deflated ones depend on the compressor.
  var isReproducible = true

  static func all() throws -> [ValidContainer] {
    var random = SplitMix64(seed: 2_024)
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
    ]
  }

  private static func allCodebooks(using random: inout SplitMix64) -> SampleStream {
    var sample = SampleStream.random(SampleStream.header(codebooks: 14), frameCount: 10, blockFrames: 4, using: &random)
    sample.foldsTrailer = false
    return sample
  }

  private static func stereo(using random: inout SplitMix64) -> SampleStream {
    SampleStream.random(
      SampleStream.header(codebooks: 3, period: 3, phase: 2, channels: 2, rateHz: 96_000, gain: .perBlock),
      frameCount: 31, blockFrames: 9, using: &random)
  }

  private static func spelledOut(using random: inout SplitMix64) -> SampleStream {
    let header = StreamHeader(
      codecHash: SampleStream.codecHash, generatorHash: nil,
      geometry: TokenGeometry(sampleRateHz: 22_050, hopLength: 300, codebookCount: 20, codebookSize: 1_500),
      prompt: CompressionPrompt(codebookCount: 18, period: 200, phase: 150), codedChannelCount: 17,
      sourceSampleRateHz: 37_800, sourceChannelCount: 300, gain: .whole(hundredthsDB: -32_768),
      sampler: SamplerSettings(
        coarseStepCount: 36, fineStepCount: 4, temperature: 0.9, maskTemperature: 655.35, topP: 0.95,
        typicalMass: 0.2, seed: 0xDEAD_BEEF))
    return SampleStream.random(header, frameCount: 500, blockFrames: 500, using: &random)
  }

  private static func tagged(using random: inout SplitMix64) -> SampleStream {
    let tags = [
      StreamTag(key: "TITLE", value: "Prélude 🎻"), StreamTag(key: "ARTIST", value: ""),
      StreamTag(key: "TITLE", value: "two\nlines"),
    ]
    return SampleStream.random(SampleStream.header(tags: tags), frameCount: 12, blockFrames: 6, using: &random)
  }

  private static func startedAtOnce(using random: inout SplitMix64) -> SampleStream {
    var sample = SampleStream.random(SampleStream.header(codebooks: 4), frameCount: 60, blockFrames: 10, using: &random)
    sample.startsAtOnce = true
    sample.foldsTrailer = false
    return sample
  }

  /// Blocks without any kept token among others.
  private static func sparse(using random: inout SplitMix64) -> SampleStream {
    SampleStream.random(
      SampleStream.header(period: 12), frameCount: 50, blockFrames: 5, firstFrame: 4_000_001, using: &random)
  }

  /// Codebooks of few values beside random ones, or all the same.
  private static func compressible(entryCount: Int, using random: inout SplitMix64) -> SampleStream {
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

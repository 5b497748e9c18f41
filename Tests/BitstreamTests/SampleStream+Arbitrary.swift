import Bitstream
import TestSupport
import Tokens

extension SampleStream {
  private static let geometries = [
    defaultGeometry,
    TokenGeometry(sampleRateHz: 44_100, hopLength: 512, codebookCount: 9, codebookSize: 1_024),
    TokenGeometry(sampleRateHz: 24_000, hopLength: 320, codebookCount: 32, codebookSize: 1_024),
    TokenGeometry(sampleRateHz: 16_000, hopLength: 320, codebookCount: 12, codebookSize: 1_024),
    TokenGeometry(sampleRateHz: 22_050, hopLength: 300, codebookCount: 40, codebookSize: 300),
    TokenGeometry(sampleRateHz: 1, hopLength: 1, codebookCount: 1, codebookSize: 2),
    TokenGeometry(sampleRateHz: 1_000_000, hopLength: 65_536, codebookCount: 256, codebookSize: 65_536),
  ]

  /// Returns a random small stream that may use any feature of the format.
  static func arbitrary(using random: inout SeededGenerator) -> SampleStream {
    let geometry = geometries.randomElement(using: &random)!
    let hasBlockMasks = Int.random(in: 0..<3, using: &random) == 0
    let period = ([1, 1, 2, 3, 12, 65_535] + (hasBlockMasks ? [0, 0] : [])).randomElement(using: &random)!
    let coded = [1, 1, 1, 2, 6, 17].randomElement(using: &random)!
    let codebooks = [1, geometry.codebookCount, Int.random(in: 1...geometry.codebookCount, using: &random)]
    let header = StreamHeader(
      codecHash: .codec(sha256: (0..<32).map { _ in .random(in: 0...255, using: &random) }),
      generatorHash: Bool.random(using: &random)
        ? nil : .generator(sha256: (0..<32).map { _ in .random(in: 0...255, using: &random) }),
      geometry: geometry,
      prompt: CompressionPrompt(
        codebookCount: codebooks.randomElement(using: &random)!, period: period,
        phase: Bool.random(using: &random) ? 0 : .random(in: 0..<max(1, period), using: &random)),
      codedChannelCount: coded,
      sourceSampleRateHz: [8_000, 44_100, 48_000, 192_000, 1, 37_800, 16_777_216].randomElement(using: &random)!,
      sourceChannelCount: coded + [0, 1, 3, 1_000].randomElement(using: &random)!,
      gain: [.perBlock, .whole(.unity), .whole(Gain(hundredthsDB: .random(in: -32_768...32_767, using: &random)))]
        .randomElement(using: &random)!,
      sampler: arbitrarySampler(using: &random),
      tags: arbitraryTags(using: &random), hasBlockMasks: hasBlockMasks)
    var sample = SampleStream.random(
      header, frameCount: .random(in: 0...40, using: &random), blockFrames: .random(in: 1...20, using: &random),
      entryCount: [geometry.codebookSize, 2, min(9, geometry.codebookSize)].randomElement(using: &random)!,
      firstFrame: [0, 0, 0, 12, 1 << 40].randomElement(using: &random)!,
      keepingAlso: hasBlockMasks ? arbitraryMask(using: &random) : { _, _ in }, using: &random)
    if Bool.random(using: &random) { sample.addArbitrarySilence(using: &random) }
    sample.sampleCount = [0, 1, 441_000, 1 << 53].randomElement(using: &random)!
    sample.foldsTrailer = Bool.random(using: &random)
    sample.startsAtOnce = Int.random(in: 0..<4, using: &random) == 0
    return sample
  }

  /// Adds runs of digital silence to some blocks, for all channels and for single ones.
  private mutating func addArbitrarySilence(using random: inout SeededGenerator) {
    for index in blocks.indices where Bool.random(using: &random) {
      let samples = header.sourceSamples(ofFrames: blocks[index].frames)
      blocks[index].silence = Self.arbitraryRuns(in: samples, using: &random)
      guard Bool.random(using: &random) else { continue }
      let channels = (0..<header.codedChannelCount).map { _ in Self.arbitraryRuns(in: samples, using: &random) }
      if channels.contains(where: { !$0.isEmpty }) { blocks[index].channelSilence = channels }
    }
  }

  private static func arbitraryRuns(in samples: Range<Int>, using random: inout SeededGenerator) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start = samples.lowerBound + (Bool.random(using: &random) ? 0 : .random(in: 0...5, using: &random))
    while start < samples.upperBound, Int.random(in: 0..<4, using: &random) > 0 {
      let end = Int.random(in: start...min(start + 5_000, samples.upperBound - 1), using: &random) + 1
      runs.append(start..<end)
      start = end + .random(in: 1...3_000, using: &random)
    }
    return runs
  }

  /// Returns a rule that keeps segments, single frames or single tokens.
  private static func arbitraryMask(using random: inout SeededGenerator) -> (inout TokenMask, Range<Int>) -> Void {
    let seed = UInt64.random(in: 0...UInt64.max, using: &random)
    return { mask, frames in
      var random = SeededGenerator(seed: seed ^ UInt64(frames.lowerBound))
      let depth = Int.random(in: 1...mask.codebookCount, using: &random)
      let first = Int.random(in: 0..<mask.frameCount, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        for codebook in 0..<depth {
          for frame in first..<mask.frameCount { mask.keep(codebook: codebook, frame: frame) }
        }
      case 1:
        for frame in 0..<mask.frameCount where frame.isMultiple(of: first + 1) {
          for codebook in 0..<Int.random(in: 0...depth, using: &random) { mask.keep(codebook: codebook, frame: frame) }
        }
      case 2:
        for codebook in 0..<depth {
          for frame in 0..<mask.frameCount where Bool.random(using: &random) {
            mask.keep(codebook: codebook, frame: frame)
          }
        }
      default: break
      }
    }
  }

  private static func arbitrarySampler(using random: inout SeededGenerator) -> SamplerChoice {
    var sampler = SamplerSettings.published
    if Bool.random(using: &random) { sampler.seed = .random(in: 0...UInt32.max, using: &random) }
    guard Bool.random(using: &random) else { return .modelDefault(seed: sampler.seed) }
    guard Bool.random(using: &random) else { return .explicit(sampler) }
    sampler.coarseStepCount = .random(in: 1...255, using: &random)
    sampler.fineStepCount = .random(in: 1...255, using: &random)
    sampler.temperature = Double(Int.random(in: 0...65_535, using: &random)) / 100
    sampler.fineTemperature = Double(Int.random(in: 0...65_535, using: &random)) / 100
    sampler.maskTemperature = Double(Int.random(in: 0...65_535, using: &random)) / 100
    sampler.topP = Double(Int.random(in: 1...100, using: &random)) / 100
    sampler.typicalMass = Double(Int.random(in: 1...100, using: &random)) / 100
    return .explicit(sampler)
  }

  private static func arbitraryTags(using random: inout SeededGenerator) -> [StreamTag] {
    guard Int.random(in: 0..<3, using: &random) == 0 else { return [] }
    return (0..<Int.random(in: 1...5, using: &random)).map { index in
      StreamTag(
        key: ["TITLE", "ARTIST", "k\(index)", "Größe"].randomElement(using: &random)!,
        value: String(repeating: ["", "a", "été 🎻\n"].randomElement(using: &random)!, count: index))
    }
  }
}

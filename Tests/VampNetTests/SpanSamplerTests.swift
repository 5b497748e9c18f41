import Foundation
import Kernels
import ReferenceCases
import Testing
import Tokens
import VampNet

/// Comparison with cases that `tools/render-sampler-fixture` computes from the algorithm of arXiv 2401.04577.
@Suite struct SpanSamplerTests {
  private struct Cases: Decodable {
    struct Schedule: Decodable {
      let steps: Int
      let shares: [Double]
      let temperatures: [Double]
      let units: Int
      let masked: [Int]
    }
    struct Masking: Decodable {
      let length: Int
      let scoring: String
      let arrangement: String
      let generated: [Bool]
      let steps: Int
      let logProbabilities: [[Float]]
      let masked: [[Int]]
    }
    struct Generation: Decodable {
      struct Settings: Decodable {
        let length: Int
        let scoring: String
        let arrangement: String
        let context: Int?
        let topP: Double
        let temperature: Double
        let levelSteps: [Int]
      }
      let seed: UInt32
      let firstFrame: Int
      let rescoreWeight: Double?
      let tokens: [UInt16]
      let kept: [Bool]
      let settings: Settings
      let expected: [UInt16]
    }
    let codebooks: Int
    let frames: Int
    let vocabulary: Int
    let tablesInThousandths: [[Int]]
    let couplingInThousandths: [Int]
    let schedules: [Schedule]
    let maskings: [Masking]
    let generations: [Generation]
  }

  private static func cases() throws -> Cases {
    let data = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("reference/magnet/cases.json")))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Cases.self, from: data)
  }

  private static func spans(
    _ length: Int, _ scoring: String, _ arrangement: String, levels: [Int] = [1], context: Int? = nil
  ) throws -> SpanSettings {
    SpanSettings(
      length: length, scoring: try #require(SpanSettings.Scoring(rawValue: scoring)),
      arrangement: try #require(SpanSettings.Arrangement(rawValue: arrangement)), levelStepCounts: levels,
      contextFrameCount: context)
  }

  @Test func schedulesMatchTheTranscription() throws {
    for schedule in try Self.cases().schedules {
      for step in 0..<schedule.steps {
        // Cosines of NumPy and of the C library may differ in the last bit. The counts below are equal.
        #expect(abs(SpanMasking.maskedShare(step: step, of: schedule.steps) - Float(schedule.shares[step])) < 1.2e-7)
        #expect(
          SpanMasking.temperature(from: 3, step: step, of: schedule.steps) == schedule.temperatures[step])
        let masking = SpanMasking(
          isGenerated: [Bool](repeating: true, count: schedule.units), settings: SpanSettings(length: 1))
        #expect(masking.maskedFrames(step: step, of: schedule.steps).count == schedule.masked[step])
      }
    }
  }

  @Test func masksMatchTheTranscription() throws {
    let cases = try Self.cases().maskings
    #expect(cases.count == 48)
    for (index, masking) in cases.enumerated() {
      var found = SpanMasking(
        isGenerated: masking.generated,
        settings: try Self.spans(masking.length, masking.scoring, masking.arrangement))
      for step in 0..<masking.steps {
        let frames = found.maskedFrames(step: step, of: masking.steps)
        #expect(frames == masking.masked[step], "case \(index), step \(step)")
        found.record(masking.masked[step].map { masking.logProbabilities[step][$0] }, of: masking.masked[step])
      }
    }
  }

  @Test(arguments: InstructionSet.allCases.filter(\.isAvailable))
  func tokensMatchTheTranscription(instructionSet: InstructionSet) throws {
    let cases = try Self.cases()
    let context = ComputeContext(threadCount: 2, instructionSet: instructionSet)
    func standIn(_ index: Int) -> StandIn {
      StandIn(
        table: cases.tablesInThousandths[index], coupling: cases.couplingInThousandths,
        codebooks: cases.codebooks, frames: cases.frames, vocabularySize: cases.vocabulary)
    }
    for (index, generation) in cases.generations.enumerated() {
      var source: any LogitSource = standIn(0)
      if let weight = generation.rescoreWeight {
        source = RescoredLogits(source, rescoredBy: standIn(1), weight: weight, context: context)
      }
      let options = generation.settings
      var settings = ParallelSampler.Settings(
        stepCount: 1, temperature: options.temperature, maskTemperature: 0, filter: TokenFilter(topP: options.topP),
        random: CounterRandom(seed: generation.seed))
      settings.method = .magnet
      settings.spans = try Self.spans(
        options.length, options.scoring, options.arrangement, levels: options.levelSteps, context: options.context)
      let tokens = TokenGrid(
        codebookCount: cases.codebooks, frameCount: cases.frames, tokens: generation.tokens)
      let mask = TokenMask(
        codebookCount: cases.codebooks, frameCount: cases.frames, keptFlags: generation.kept)
      let found = ParallelSampler(source, context: context).generate(
        tokens, mask: mask, firstFrame: generation.firstFrame, settings: settings)
      #expect(found.tokens == generation.expected, "case \(index)")
    }
  }

  /// Equation 5 by hand: p = (1 − w) · p₁ + w · p₂.
  @Test func rescoringMixesProbabilities() throws {
    let context = ComputeContext(threadCount: 1)
    func source(_ probabilities: [Double]) -> FixedLogits { FixedLogits(probabilities.map { Float(log($0)) }) }
    let mixed = RescoredLogits(
      source([0.7, 0.2, 0.1]), rescoredBy: source([0.1, 0.1, 0.8]), weight: 0.25, context: context)
    let logits = FloatRows(channelCount: 3)
    mixed.logits(codebook: 0, frames: [0], into: logits)
    for (found, expected) in zip(logits.row(0), [0.55, 0.175, 0.275] as [Float]) {
      #expect(abs(exp(found) - expected) < 1e-6)
    }
  }

  /// One pass a frame with VampNet's sampler and one a codebook and frame with MAGNeT's, in order.
  @Test(arguments: [SamplerMethod.vampnet, .magnet]) func sequentialStartGoesFrameByFrame(method: SamplerMethod) {
    let source = FixedLogits([0, 1, 2], codebookCount: 2)
    var settings = ParallelSampler.Settings(
      stepCount: 2, temperature: 1, maskTemperature: 0, random: CounterRandom(seed: 1))
    settings.method = method
    settings.spans.levelStepCounts = [2]
    settings.sequentialEndFrame = 14
    var mask = TokenMask(codebookCount: 2, frameCount: 8, isKept: false)
    mask.keep(codebook: 0, frame: 1)
    _ = ParallelSampler(source, context: ComputeContext(threadCount: 1)).generate(
      TokenGrid(codebookCount: 2, frameCount: 8), mask: mask, firstFrame: 10, settings: settings)
    // Frames 10 to 13 have 7 masked tokens; the other 4 frames take 2 steps, or 2 for each codebook.
    let sequential = method == .magnet ? 7 : 4
    let parallel = method == .magnet ? 4 : 2
    #expect(source.keptCounts.count == sequential + parallel)
    let expected = method == .magnet ? [1, 2, 3, 4, 5, 6, 7, 8] : [1, 3, 4, 6, 8]
    #expect(Array(source.keptCounts.prefix(sequential + 1)) == expected)
  }

  @Test func randomOrderDoesNotDependOnProbabilities() {
    func settled(_ logits: [Float]) -> [Int] {
      let source = FixedLogits(logits, codebookCount: 1)
      var settings = ParallelSampler.Settings(
        stepCount: 4, temperature: 0, maskTemperature: 0, random: CounterRandom(seed: 5))
      settings.method = .vampnetRandom
      _ = ParallelSampler(source, context: ComputeContext(threadCount: 1)).generate(
        TokenGrid(codebookCount: 1, frameCount: 40), mask: TokenMask(codebookCount: 1, frameCount: 40, isKept: false),
        firstFrame: 0, settings: settings)
      return source.keptFrames
    }
    let first = settled([0, 1])
    #expect(first == settled([3, -3]))
    #expect(first != first.sorted())
  }

  @Test func stepsBehindTheCutoffTakeTheLikeliestToken() {
    func tokens(_ cutoff: Double) -> [UInt16] {
      let source = FixedLogits([0, 0.1, 0], codebookCount: 1)
      var settings = ParallelSampler.Settings(
        stepCount: 2, temperature: 1, maskTemperature: 0, random: CounterRandom(seed: 3))
      settings.sampleCutoff = cutoff
      return ParallelSampler(source, context: ComputeContext(threadCount: 1)).generate(
        TokenGrid(codebookCount: 1, frameCount: 64), mask: TokenMask(codebookCount: 1, frameCount: 64, isKept: false),
        firstFrame: 0, settings: settings
      ).tokens
    }
    // Step 0 of 2 draws with any cutoff, since its share of 0 is not beyond the cutoff; step 1 has the share 0.5.
    let (all, half, first) = (tokens(1), tokens(0.5), tokens(0.49))
    #expect(all == half)
    #expect(first != all)
    #expect(first.count { $0 == 1 } > all.count { $0 == 1 } + 10)
  }
}

/// Network whose logits are a table plus what two neighbouring tokens add, if they are known.
private final class StandIn: LogitSource {
  private let table: [Float]
  private let coupling: [Float]
  private let frameCount: Int
  let vocabularySize: Int
  let predictedCodebooks: Range<Int>
  private var known: [Int?] = []
  private var seesNeighbours = true

  init(table: [Int], coupling: [Int], codebooks: Int, frames: Int, vocabularySize: Int) {
    self.table = table.map { Float($0) / 1_000 }
    self.coupling = coupling.map { Float($0) / 1_000 }
    frameCount = frames
    self.vocabularySize = vocabularySize
    predictedCodebooks = 0..<codebooks
  }

  func run(_ tokens: TokenGrid, mask: TokenMask, contextFrameCount: Int?) {
    known = tokens.tokens.indices.map { mask.keptFlags[$0] ? Int(tokens.tokens[$0]) : nil }
    seesNeighbours = (contextFrameCount ?? 1) >= 1
  }

  func logits(codebook: Int, frames: [Int], into logits: FloatRows) {
    logits.removeAll()
    for frame in frames {
      let sees = codebook == 0 || seesNeighbours
      let before = frame > 0 && sees ? known[codebook * frameCount + frame - 1] : nil
      let below = codebook > 0 ? known[(codebook - 1) * frameCount + frame] : nil
      logits.append(
        (0..<vocabularySize).map { entry in
          table[(codebook * frameCount + frame) * vocabularySize + entry]
            + coupling[(before ?? vocabularySize) * vocabularySize + entry]
            + coupling[(below ?? vocabularySize) * vocabularySize + entry]
        })
    }
  }
}

/// Network with the same logits everywhere, which notes what is kept in each window.
private final class FixedLogits: LogitSource {
  private let values: [Float]
  let predictedCodebooks: Range<Int>
  private(set) var keptCounts: [Int] = []
  /// Frames of codebook 0 in the order in which they were first seen to be kept.
  private(set) var keptFrames: [Int] = []

  init(_ values: [Float], codebookCount: Int = 1) {
    self.values = values
    predictedCodebooks = 0..<codebookCount
  }

  var vocabularySize: Int { values.count }

  func run(_ tokens: TokenGrid, mask: TokenMask, contextFrameCount: Int?) {
    keptCounts.append(mask.keptCount)
    keptFrames += mask.keptFrames(ofCodebook: 0).filter { !keptFrames.contains($0) }
  }

  func logits(codebook: Int, frames: [Int], into logits: FloatRows) {
    logits.removeAll()
    for _ in frames { logits.append(values) }
  }
}

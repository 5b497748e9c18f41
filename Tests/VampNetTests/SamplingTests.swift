import Foundation
import Kernels
import Testing
import Tokens
import VampNet

@Suite struct SamplingTests {
  /// Expected values are known answers of Philox4x32-10 from Random123's `kat_vectors`.
  @Test func philoxGivesItsKnownAnswers() {
    let zero = CounterRandom.philox((0, 0, 0, 0), key: (0, 0))
    #expect(zero == (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    let ones = CounterRandom.philox((.max, .max, .max, .max), key: (.max, .max))
    #expect(ones == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    let pi = CounterRandom.philox(
      (0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: (0xa409_3822, 0x299f_31d0))
    #expect(pi == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func uniformNumbersStayInsideTheirInterval() {
    let random = CounterRandom(seed: 3)
    var sum: Float = 0
    for frame in 0..<10_000 {
      let value = random.uniform(.token, frame: frame, codebook: frame % 14, step: frame % 9)
      #expect(value > 0 && value < 1)
      sum += value
    }
    #expect(abs(sum / 10_000 - 0.5) < 0.02)
    #expect(
      random.bits(.token, frame: 1, codebook: 2, step: 3) != random.bits(.confidence, frame: 1, codebook: 2, step: 3))
  }

  /// The place where the 24 random bits are all 1; streams of version 1 keep the number that rounding gave there.
  @Test func uniformNumbersAreLessThanOne() {
    func uniform(_ revision: SamplerRevision) -> Float {
      CounterRandom(seed: 215, revision: revision).uniform(.token, frame: 306, codebook: 1, step: 6)
    }
    #expect(uniform(.first) == 1)
    #expect(uniform(.second) == Float(1).nextDown)
    for frame in 0..<1_000 {
      let numbers = SamplerRevision.allCases.map {
        CounterRandom(seed: 9, revision: $0).uniform(.confidence, frame: frame, codebook: 2, step: 3)
      }
      #expect(numbers[0] == numbers[1])
    }
  }

  /// The published code leaves 168 of 366 tokens masked after step 24 of 36; PyTorch 2 computed the number. Streams of
  /// version 1 keep 169: their smaller π makes the cosine larger.
  @Test func scheduleTakesTheNearestPi() {
    func count(_ revision: SamplerRevision) -> Int {
      MaskSchedule(stepCount: 36, initialCount: 366, revision: revision).maskedCount(after: 24, currentCount: 366)
    }
    #expect(count(.first) == 169)
    #expect(count(.second) == 168)
  }

  /// Streams of version 1 hold settings without a revision, which stand for the first.
  @Test func settingsOfAStreamHaveTheFirstRevision() {
    #expect(SamplerSettings().revision == .first && SamplerSettings.published.revision == .first)
    #expect(ParallelSampler.Settings(SamplerSettings(), isCoarse: true).revision == .first)
  }

  @Test func cosineScheduleFallsToZero() {
    let schedule = MaskSchedule(stepCount: 12, initialCount: 1_000)
    var counts: [Int] = []
    var current = 1_000
    for step in 0..<12 {
      current = schedule.maskedCount(after: step, currentCount: current)
      counts.append(current)
    }
    #expect(counts == [991, 965, 923, 866, 793, 707, 608, 499, 382, 258, 130, 0])
    // Every step settles at least one token.
    let short = MaskSchedule(stepCount: 36, initialCount: 3)
    #expect(short.maskedCount(after: 0, currentCount: 3) == 2)
    #expect(short.maskedCount(after: 1, currentCount: 2) == 1)
    #expect(short.maskedCount(after: 2, currentCount: 1) == 0)
  }

  @Test func nucleusKeepsTheLikeliestTokens() {
    let logits = [0.5, 0.3, 0.15, 0.05].map { Float(log($0)) }
    #expect(TokenFilter(topP: 0.7).kept(logits) == [true, true, false, false])
    #expect(TokenFilter(topP: 0.01).kept(logits) == [true, false, false, false])
    #expect(TokenFilter(topP: 1).kept(logits) == [true, true, true, true])
  }

  @Test func topKKeepsTheLikeliestAndTheirEquals() {
    let logits: [Float] = [1, 3, 2, 2, 0]
    #expect(TokenFilter(topK: 1).kept(logits) == [false, true, false, false, false])
    #expect(TokenFilter(topK: 2).kept(logits) == [false, true, true, true, false])
    #expect(TokenFilter(topK: 9).kept(logits) == [true, true, true, true, true])
    #expect(TokenFilter(topP: 0.01, topK: 4).kept(logits) == [false, true, false, false, false])
  }

  /// Entropy of (0.5, 0.25, 0.125, 0.125) is 1.75 bits; the distances are 0.75, 0.25, 1.25 and 1.25 bits.
  @Test func typicalKeepsTheEntriesNearestToTheEntropy() {
    let logits = [0.5, 0.25, 0.125, 0.125].map { Float(log($0)) }
    func kept(_ mass: Double, _ minimum: Int) -> [Bool] {
      TokenFilter(typicalMass: mass, typicalMinimumCount: minimum).kept(logits)
    }
    #expect(kept(0.2, 1) == [false, true, false, false])
    #expect(kept(0.5, 1) == [true, true, false, false])
    #expect(kept(0.2, 2) == [true, true, false, false])
    #expect(kept(0.2, 3) == [true, true, true, false])
    #expect(kept(0.9, 1) == [true, true, true, true])
    #expect(TokenFilter(typicalMass: 0.2).kept(logits) == [true, true, true, true])
    // Typical sampling drops the likeliest entry, nucleus sampling all others: the likeliest one stays.
    #expect(
      TokenFilter(topP: 0.1, typicalMass: 0.2, typicalMinimumCount: 1).kept(logits) == [true, false, false, false])
  }

  private static let filters = [
    TokenFilter(topP: 0.9), TokenFilter(topP: 0.3), TokenFilter(topP: 0.99), TokenFilter(typicalMass: 0.15),
    TokenFilter(typicalMass: 0.6, typicalMinimumCount: 4), TokenFilter(topK: 10), TokenFilter(topK: 1),
    TokenFilter(topP: 0.8, typicalMass: 0.5, typicalMinimumCount: 8, topK: 50),
  ]

  /// The kernels keep exactly what double precision keeps, also for equal logits, steep and flat rows, and odd sizes.
  @Test(arguments: InstructionSet.allCases.filter(\.isAvailable))
  func kernelsKeepWhatDoublePrecisionKeeps(instructionSet: InstructionSet) {
    let context = ComputeContext(threadCount: 2, instructionSet: instructionSet)
    let random = CounterRandom(seed: 17)
    for count in [1, 2, 7, 96, 1_021, 1_024] {
      for (index, filter) in Self.filters.enumerated() {
        let rows = FloatRows(channelCount: count)
        for row in 0..<40 {
          let spread = [0.01, 1, 4, 12][row % 4] as Float
          let values = (0..<count).map { entry in
            spread * (random.uniform(.token, frame: row, codebook: index, step: entry) * 4 - 2)
          }
          // Every fifth row has few different values.
          rows.append(row % 5 == 0 ? values.map { ($0 * 2).rounded() / 2 } : values)
        }
        let expected = (0..<rows.count).map { filter.kept(rows.row($0)) }
        filter.apply(to: rows, context: context)
        for row in 0..<rows.count {
          #expect(rows.row(row).map { $0 > -.infinity } == expected[row], "\(filter), row \(row) of \(count) entries")
        }
      }
    }
  }

  /// Single precision decides nearly all rows; otherwise filtering would take most of the time of a decode.
  @Test func fewRowsNeedDoublePrecision() {
    let context = ComputeContext(threadCount: 1)
    let random = CounterRandom(seed: 4)
    var limits = [RowLimits(), RowLimits()]
    limits[0].nucleusMass = 0.9
    limits[1].typicalMass = 0.15
    limits[1].typicalMinimumCount = 64
    for limits in limits {
      let rows = FloatRows(channelCount: 1_024)
      for row in 0..<1_000 {
        rows.append(
          (0..<1_024).map { entry in
            2 * log(-log(random.uniform(.token, frame: row, codebook: 0, step: entry)))
          })
      }
      #expect(rows.restrictRows(to: limits, context: context).count < 30)
    }
  }
}

import Foundation
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
}

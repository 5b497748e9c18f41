import Evaluation
import Testing

@Suite struct ConfidenceIntervalTests {
  /// For many values the bootstrap interval of the mean approaches the normal interval, mean ± 1.96·s/√n.
  @Test func approachesTheNormalInterval() throws {
    let values = (0..<400).map { Double($0 * 7_919 % 400) }
    let interval = try ConfidenceInterval(meanOf: values)
    let halfWidth = 1.96 * 115.47 / 20
    #expect(interval.estimate == 199.5)
    #expect(abs(interval.lower - (199.5 - halfWidth)) < 0.1 * halfWidth)
    #expect(abs(interval.upper - (199.5 + halfWidth)) < 0.1 * halfWidth)
  }

  /// About 95 % of the intervals of fresh samples hold the true mean; the bootstrap of 30 values falls slightly short.
  @Test func coversTheTrueMeanAboutAsOftenAsItClaims() throws {
    var state: UInt64 = 1
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(UInt64(1) << 53)
    }
    var hits = 0
    for seed in 0..<400 {
      let values = (0..<30).map { _ in uniform() }
      let interval = try ConfidenceInterval(meanOf: values, resampleCount: 400, seed: UInt64(seed))
      if interval.lower <= 0.5, 0.5 <= interval.upper { hits += 1 }
    }
    // 0.93 · 400 = 372, standard deviation 5.
    #expect((352...394).contains(hits), "\(hits) of 400")
  }

  @Test func theSeedDecides() throws {
    let values = [1.0, 5, 2, 8, 3, 9]
    let first = try ConfidenceInterval(meanOf: values, seed: 7)
    #expect(try ConfidenceInterval(meanOf: values, seed: 7) == first)
    #expect(try ConfidenceInterval(meanOf: values, resampleCount: 50, seed: 8) != first)
  }

  @Test func pairingSeesASmallDifferenceBetweenUnlikeClips() throws {
    let first = [10.0, 20, 30, 40, 50, 60, 70, 80]
    let second = zip(first, [1.0, 0.8, 1.2, 0.9, 1.1, 1.0, 0.7, 1.3]).map { $0 - $1 }
    let difference = try ConfidenceInterval(meanDifferenceOf: first, minus: second)
    #expect(difference.excludesZero && abs(difference.estimate - 1) < 1e-12)
    let unpaired = try ConfidenceInterval(meanOf: first)
    #expect(unpaired.lower < 33 && unpaired.upper > 57)
    #expect(try ConfidenceInterval(meanDifferenceOf: first, minus: first).excludesZero == false)
  }

  /// Four clips of each file are alike: their interval is that of the files, not the narrower one of so many clips.
  @Test func valuesOfOneUnitAreDrawnTogether() throws {
    let means = [10.0, 20, 30, 40, 50, 60, 70, 80]
    let values = means.flatMap { mean in (0..<4).map { mean + Double($0) } }
    let units = means.flatMap { mean in (0..<4).map { _ in "\(mean)" } }
    let clustered = try ConfidenceInterval(meanOf: values, units: units)
    let files = try ConfidenceInterval(meanOf: means.map { $0 + 1.5 })
    #expect(clustered.estimate == files.estimate)
    #expect(abs(clustered.lower - files.lower) < 1e-9 && abs(clustered.upper - files.upper) < 1e-9)
    let clips = try ConfidenceInterval(meanOf: values)
    #expect(clips.upper - clips.lower < 0.6 * (clustered.upper - clustered.lower))
    // Units of one value each give the interval of the values.
    let single = try ConfidenceInterval(meanOf: means, units: means.map { "\($0)" })
    #expect(try single == ConfidenceInterval(meanOf: means))
    #expect(throws: EvaluationError.tooFewValues(found: 1, minimum: 2)) {
      try ConfidenceInterval(meanOf: [1, 2], units: ["a", "a"])
    }
  }

  @Test func takesAnyStatisticOfTheIndices() throws {
    let values = [3.0, 1, 2]
    let interval = try ConfidenceInterval(itemCount: 3, confidence: 0.9, resampleCount: 500) { indices in
      indices.map { values[$0] }.max() ?? 0
    }
    #expect(interval.estimate == 3)
    #expect(interval.lower >= 1 && interval.lower < 3 && interval.upper == 3)
  }

  @Test func refusesTooFewOrUnpairedValues() {
    #expect(throws: EvaluationError.tooFewValues(found: 1, minimum: 2)) { try ConfidenceInterval(meanOf: [1]) }
    #expect(throws: EvaluationError.valueCountsDiffer(first: 2, second: 1)) {
      try ConfidenceInterval(meanDifferenceOf: [1, 2], minus: [1])
    }
  }
}

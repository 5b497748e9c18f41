import Signal

/// Estimate with its bootstrap interval (percentile bootstrap, Efron 1979): the range in which the estimate would fall,
/// with a given confidence, if the items behind it were drawn anew.
public struct ConfidenceInterval: Equatable, Sendable {
  /// Statistic of all items, each counted once.
  public let estimate: Double
  /// Lower bound of the interval.
  public let lower: Double
  /// Upper bound of the interval.
  public let upper: Double

  /// Whether 0 lies outside the interval. For the interval of a difference, this means that, at the confidence of the
  /// interval, chance alone does not explain the difference.
  public var excludesZero: Bool { lower > 0 || upper < 0 }

  /// Creates the bootstrap percentile interval of a statistic of `itemCount` items.
  ///
  /// `statistic` receives `itemCount` indices of items, counted from 0: in the first call each index once, in each
  /// further call a resample drawn with replacement. The draws depend on `itemCount` and `seed` alone, so equal calls
  /// give equal intervals.
  ///
  /// - Throws: `EvaluationError.tooFewValues` for fewer than two items, and the errors of `statistic`.
  /// - Precondition: `confidence` lies between 0 and 1, `resampleCount` is at least 1.
  public init(
    itemCount: Int, confidence: Double = 0.95, resampleCount: Int = 2_000, seed: UInt64 = 0,
    statistic: (_ indices: [Int]) throws -> Double
  ) throws {
    precondition(confidence > 0 && confidence < 1, "confidence lies outside 0...1")
    precondition(resampleCount >= 1, "no resamples")
    guard itemCount >= 2 else { throw EvaluationError.tooFewValues(found: itemCount, minimum: 2) }
    var generator = SplitMix64(seed: seed)
    var indices = Array(0..<itemCount)
    estimate = try statistic(indices)
    var resampled: [Double] = []
    resampled.reserveCapacity(resampleCount)
    for _ in 0..<resampleCount {
      for slot in indices.indices { indices[slot] = Int.random(in: 0..<itemCount, using: &generator) }
      resampled.append(try statistic(indices))
    }
    resampled.sort()
    lower = Percentile.value(at: (1 - confidence) / 2, ofSorted: resampled)
    upper = Percentile.value(at: (1 + confidence) / 2, ofSorted: resampled)
  }

  init(estimate: Double, lower: Double, upper: Double) {
    (self.estimate, self.lower, self.upper) = (estimate, lower, upper)
  }

  /// Creates an interval from the percentiles of `resampled`, the statistics of all resamples, shifted so that the mean
  /// of `resampled` falls on the estimate.
  ///
  /// This form suits statistics whose bias depends on the number of distinct items, such as Fréchet distances: a
  /// resample repeats some items and omits others, so that all of `resampled` may lie above the estimate.
  /// - Precondition: `resampled` is not empty, `confidence` lies between 0 and 1.
  init(centredOn estimate: Double, resampled: [Double], confidence: Double) {
    precondition(confidence > 0 && confidence < 1 && !resampled.isEmpty, "no interval of no resamples")
    let sorted = resampled.sorted()
    let mean = sorted.reduce(0, +) / Double(sorted.count)
    self.estimate = estimate
    lower = estimate + Percentile.value(at: (1 - confidence) / 2, ofSorted: sorted) - mean
    upper = estimate + Percentile.value(at: (1 + confidence) / 2, ofSorted: sorted) - mean
  }

  /// Creates the interval of the mean of independent values.
  ///
  /// - Throws: `EvaluationError.tooFewValues` for fewer than two values.
  public init(
    meanOf values: [Double], confidence: Double = 0.95, resampleCount: Int = 2_000, seed: UInt64 = 0
  ) throws {
    try self.init(itemCount: values.count, confidence: confidence, resampleCount: resampleCount, seed: seed) {
      $0.reduce(0.0) { $0 + values[$1] } / Double(values.count)
    }
  }

  /// Creates the interval of the mean of values that belong to independent units, as clips belong to files. The
  /// bootstrap draws whole units, because the values of one unit are alike.
  ///
  /// - Parameter units: Name of each value's unit.
  /// - Throws: `EvaluationError.valueCountsDiffer` if `values` and `units` differ in length; `.tooFewValues` for fewer
  ///   than two units.
  public init(
    meanOf values: [Double], units: [String], confidence: Double = 0.95, resampleCount: Int = 2_000, seed: UInt64 = 0
  ) throws {
    guard values.count == units.count else {
      throw EvaluationError.valueCountsDiffer(first: values.count, second: units.count)
    }
    var indices: [String: Int] = [:]
    var sums: [Double] = []
    var counts: [Double] = []
    for (value, unit) in zip(values, units) {
      if let index = indices[unit] {
        sums[index] += value
        counts[index] += 1
      } else {
        indices[unit] = sums.count
        sums.append(value)
        counts.append(1)
      }
    }
    try self.init(itemCount: sums.count, confidence: confidence, resampleCount: resampleCount, seed: seed) { drawn in
      drawn.reduce(0.0) { $0 + sums[$1] } / drawn.reduce(0.0) { $0 + counts[$1] }
    }
  }

  /// Creates the interval of the mean difference `first − second` of values measured on the same clips.
  ///
  /// Pairing removes the variation among clips, which is most of the variance of a codec's figures.
  ///
  /// - Throws: `EvaluationError.valueCountsDiffer` if the arrays differ in length; `.tooFewValues` for fewer than two
  ///   pairs.
  public init(
    meanDifferenceOf first: [Double], minus second: [Double], confidence: Double = 0.95, resampleCount: Int = 2_000,
    seed: UInt64 = 0
  ) throws {
    guard first.count == second.count else {
      throw EvaluationError.valueCountsDiffer(first: first.count, second: second.count)
    }
    let differences = zip(first, second).map { $0 - $1 }
    try self.init(meanOf: differences, confidence: confidence, resampleCount: resampleCount, seed: seed)
  }
}

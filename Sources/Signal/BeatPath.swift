import Foundation

/// Sequence of beats that best fits onsets and tempo, by dynamic programming.
///
/// Source: Ellis, "Beat tracking by dynamic programming" (Journal of New Music Research 36, 2007), section 2, with a
/// period that changes.
struct BeatPath {
  /// Indices of the beats' frames, ascending, counted from 0 at the first onset strength.
  let frames: [Int]

  /// Weight of deviations from the tempo, relative to onsets of unit standard deviation; librosa's value.
  private static let tightness = 100.0
  /// Beat period divided by the standard deviation of the onsets' blur; librosa's value.
  private static let blurDivisor = 32.0

  /// Finds the beats for a tempo that may change.
  ///
  /// - Parameters:
  ///   - strengths: Onset strength of each frame.
  ///   - periods: Beat period around each frame, in frames.
  /// - Precondition: both have the same number of values, at least one.
  init(_ strengths: [Double], periods: [Double]) {
    let meanPeriod = periods.reduce(0, +) / Double(periods.count)
    let blurred = strengths.blurred(deviation: meanPeriod / Self.blurDivisor).ofUnitDeviation
    frames = Self.trimmed(Self.beats(in: blurred, periods: periods), blurred)
  }

  /// Finds the sequence of beats with the best score. The score of a beat is its onset strength plus the score of the
  /// beat before it. A distance other than the beat period lowers the score.
  private static func beats(in strengths: [Double], periods: [Double]) -> [Int] {
    var scores = strengths
    var previous = [Int](repeating: -1, count: strengths.count)
    let threshold = 0.01 * (strengths.max() ?? 0)
    var hasBegun = false
    for frame in strengths.indices {
      let period = periods[frame]
      let distances = max(1, Int(period / 2))...max(1, Int(2 * period))
      var best: (frame: Int, score: Double)?
      for distance in distances where distance <= frame {
        let deviation = log(Double(distance) / period)
        let score = scores[frame - distance] - tightness * deviation * deviation
        if score > best?.score ?? -.infinity { best = (frame - distance, score) }
      }
      guard let best else { continue }
      scores[frame] = strengths[frame] + best.score
      // The first beat with a beat before it has at least 1 % of the strongest onset, so that leading silence has one
      // beat at most.
      if hasBegun || strengths[frame] >= threshold {
        previous[frame] = best.frame
        hasBegun = true
      }
    }
    return path(scores, previous)
  }

  /// Follows the links of `previous` back from the last peak of `scores` that is above half of the median peak.
  private static func path(_ scores: [Double], _ previous: [Int]) -> [Int] {
    let peaks = scores.indices.filter { frame in
      (frame == 0 || scores[frame] > scores[frame - 1])
        && (frame == scores.count - 1 || scores[frame] >= scores[frame + 1])
    }
    guard !peaks.isEmpty else { return [] }
    let median = peaks.map { scores[$0] }.sorted()[peaks.count / 2]
    guard var frame = peaks.last(where: { scores[$0] * 2 > median }) else { return [] }
    var beats: [Int] = []
    while frame >= 0 {
      beats.append(frame)
      frame = previous[frame]
    }
    return beats.reversed()
  }

  /// Removes beats at either end whose onset strength is at most half of the root mean square over all beats, before
  /// the music begins and after it ends.
  private static func trimmed(_ beats: [Int], _ strengths: [Double]) -> [Int] {
    guard !beats.isEmpty else { return [] }
    let energy = beats.reduce(0.0) { $0 + strengths[$1] * strengths[$1] } / Double(beats.count)
    let threshold = 0.5 * energy.squareRoot()
    guard let first = beats.firstIndex(where: { strengths[$0] > threshold }),
      let last = beats.lastIndex(where: { strengths[$0] > threshold })
    else { return [] }
    return Array(beats[first...last])
  }
}

extension [Double] {
  /// Values divided by their standard deviation; unchanged where all values are nearly equal.
  var ofUnitDeviation: [Double] {
    guard count > 1 else { return self }
    let mean = reduce(0, +) / Double(count)
    let variance = reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)
    return variance > 1e-20 ? map { $0 / variance.squareRoot() } : self
  }

  /// Sums of the values around each value, weighted by a Gaussian whose standard deviation is `deviation` values.
  func blurred(deviation: Double) -> [Double] {
    let reach = Int((4 * deviation).rounded(.up))
    let weights = (-reach...reach).map { exp(-0.5 * pow(Double($0) / deviation, 2)) }
    return indices.map { index in
      var sum = 0.0
      for other in Swift.max(0, index - reach)...Swift.min(count - 1, index + reach) {
        sum += self[other] * weights[other - index + reach]
      }
      return sum
    }
  }
}

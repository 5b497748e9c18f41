import Foundation

/// Beat tracker for music: estimates one tempo and finds the sequence of beats that best fits tempo and onsets.
///
/// Source: Ellis, "Beat tracking by dynamic programming" (Journal of New Music Research 36, 2007). Debian has no
/// library with a compatible licence for this task. VampNet's paper uses WaveBeat, a network, whose beats differ.
public enum BeatTracker {
  /// Centre of the tempo prior: 120 beats a minute (section 3.2).
  private static let preferredPeriodSeconds = 0.5
  /// Standard deviation of the tempo prior in octaves (section 3.2).
  private static let preferenceOctaves = 1.4
  /// Range of beat periods: 300 to 30 beats a minute.
  private static let periodSeconds = 0.2...2.0
  /// Standard deviation of the onsets' blur before their autocorrelation (section 3.1), because onsets fall between
  /// frames.
  private static let tempoBlurSeconds = 0.02
  /// Beat period divided by the standard deviation of the onsets' blur before the search; librosa's value.
  private static let beatBlurDivisor = 32.0
  /// Weight of deviations from the tempo, relative to onsets of unit standard deviation; librosa's value.
  private static let tightness: Float = 100

  /// Times of the beats in seconds, ascending; none for silence and for audio shorter than two beats.
  ///
  /// - Precondition: there is at least one channel.
  /// - Complexity: O(n · p) for n frames and p frames per beat.
  public static func beatSeconds(in audio: AudioBuffer) -> [Double] {
    let onsets = OnsetStrength(of: audio)
    guard let strengths = normalised(onsets.values) else { return [] }
    let rate = 1 / onsets.hopSeconds
    let blurred = smoothed(strengths, deviation: tempoBlurSeconds * rate)
    guard let period = period(of: blurred, rateHz: rate) else { return [] }
    let spread = smoothed(strengths, deviation: Double(period) / beatBlurDivisor)
    return beats(in: spread, period: period).map { Double($0) * onsets.hopSeconds }
  }

  /// Divides `values` by their standard deviation; nil if all values are equal.
  private static func normalised(_ values: [Float]) -> [Float]? {
    guard values.count > 2 else { return nil }
    let mean = values.reduce(0, +) / Float(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count - 1)
    guard variance > 1e-12 else { return nil }
    let scale = 1 / variance.squareRoot()
    return values.map { $0 * scale }
  }

  /// Beat period in frames: the lag of the greatest autocorrelation, weighted by the tempo prior.
  private static func period(of strengths: [Float], rateHz: Double) -> Int? {
    let mean = strengths.reduce(0, +) / Float(strengths.count)
    let centred = strengths.map { $0 - mean }
    let lags = max(1, Int(periodSeconds.lowerBound * rateHz))...Int(periodSeconds.upperBound * rateHz)
    var best: (lag: Int, score: Double)?
    for lag in lags where lag < centred.count / 2 {
      var sum: Float = 0
      for index in lag..<centred.count { sum += centred[index] * centred[index - lag] }
      let octaves = log2(Double(lag) / (preferredPeriodSeconds * rateHz)) / preferenceOctaves
      let score = Double(sum) * exp(-0.5 * octaves * octaves)
      if score > best?.score ?? 0 { best = (lag, score) }
    }
    return best?.lag
  }

  /// Convolves `strengths` with a Gaussian whose standard deviation is `deviation` frames.
  private static func smoothed(_ strengths: [Float], deviation: Double) -> [Float] {
    let reach = Int((4 * deviation).rounded(.up))
    let weights = (-reach...reach).map { Float(exp(-0.5 * pow(Double($0) / deviation, 2))) }
    return strengths.indices.map { index in
      var sum: Float = 0
      for other in max(0, index - reach)...min(strengths.count - 1, index + reach) {
        sum += strengths[other] * weights[other - index + reach]
      }
      return sum
    }
  }

  /// Best sequence of beats (section 2): a frame's score is its onset plus the score of the best beat before it.
  private static func beats(in strengths: [Float], period: Int) -> [Int] {
    let distances = max(1, period / 2)...max(1, 2 * period)
    let penalties = distances.map { distance -> Float in
      let deviation = log(Float(distance) / Float(period))
      return -tightness * deviation * deviation
    }
    var scores = strengths
    var previous = [Int](repeating: -1, count: strengths.count)
    let threshold = 0.01 * (strengths.max() ?? 0)
    var hasBegun = false
    for frame in strengths.indices {
      var best: (frame: Int, score: Float)?
      for (index, distance) in distances.enumerated() where distance <= frame {
        let score = scores[frame - distance] + penalties[index]
        if score > best?.score ?? -.infinity { best = (frame - distance, score) }
      }
      guard let best else { continue }
      scores[frame] = strengths[frame] + best.score
      // The first beat is not in leading silence.
      if hasBegun || strengths[frame] >= threshold {
        previous[frame] = best.frame
        hasBegun = true
      }
    }
    return trimmed(path(scores, previous), strengths)
  }

  /// Follows the best beats back from the last peak above half of the median peak.
  private static func path(_ scores: [Float], _ previous: [Int]) -> [Int] {
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

  /// Removes weak beats at either end, before the music begins and after it ends.
  private static func trimmed(_ beats: [Int], _ strengths: [Float]) -> [Int] {
    guard !beats.isEmpty else { return [] }
    let energy = beats.reduce(Float(0)) { $0 + strengths[$1] * strengths[$1] } / Float(beats.count)
    let threshold = 0.5 * energy.squareRoot()
    guard let first = beats.firstIndex(where: { strengths[$0] > threshold }),
      let last = beats.lastIndex(where: { strengths[$0] > threshold })
    else { return [] }
    return Array(beats[first...last])
  }
}

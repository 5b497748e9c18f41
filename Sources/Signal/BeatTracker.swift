import Foundation

/// Finds the beats of music: one tempo for the whole piece, and the sequence of beats that best meets both it and the
/// onsets.
///
/// Ellis, "Beat tracking by dynamic programming" (Journal of New Music Research 36, 2007). No library that Debian has does
/// this under a licence that suits ours. The paper tracks beats with WaveBeat, a network; what both hear differs.
public enum BeatTracker {
  /// Tempo that is preferred where nothing speaks for another, and how much, in octaves (section 3.2).
  private static let preferredPeriodSeconds = 0.5
  private static let preferenceOctaves = 1.4
  /// Tempi between 30 and 300 beats a minute.
  private static let periodSeconds = 0.2...2.0
  /// Onsets fall between frames: so much blur before they are held against themselves (section 3.1).
  private static let tempoBlurSeconds = 0.02
  /// An onset counts for a beat that is a 32nd of a beat away; librosa's value.
  private static let beatBlurDivisor = 32.0
  /// How much a deviation from the tempo costs, against onsets of unit deviation; librosa's value.
  private static let tightness: Float = 100

  /// Times of the beats in seconds, ascending; none in silence and in what is shorter than two beats.
  ///
  /// - Precondition: there is at least one channel.
  /// - Complexity: O(n · p), n frames and p frames of a beat.
  public static func beatSeconds(in audio: AudioBuffer) -> [Double] {
    let onsets = OnsetStrength(of: audio)
    guard let strengths = normalised(onsets.values) else { return [] }
    let rate = 1 / onsets.hopSeconds
    let blurred = smoothed(strengths, deviation: tempoBlurSeconds * rate)
    guard let period = period(of: blurred, rateHz: rate) else { return [] }
    let spread = smoothed(strengths, deviation: Double(period) / beatBlurDivisor)
    return beats(in: spread, period: period).map { Double($0) * onsets.hopSeconds }
  }

  /// Divided by the standard deviation; nil where nothing varies.
  private static func normalised(_ values: [Float]) -> [Float]? {
    guard values.count > 2 else { return nil }
    let mean = values.reduce(0, +) / Float(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count - 1)
    guard variance > 1e-12 else { return nil }
    let scale = 1 / variance.squareRoot()
    return values.map { $0 * scale }
  }

  /// Frames from beat to beat: the lag at which the onsets resemble themselves most, weighted by how usual it is.
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

  /// Convolved with a bell of this standard deviation in frames.
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

  /// The best sequence (section 2): each frame's score is its onset and that of the best beat before it.
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
      // Silence in front is no place to begin.
      if hasBegun || strengths[frame] >= threshold {
        previous[frame] = best.frame
        hasBegun = true
      }
    }
    return trimmed(path(scores, previous), strengths)
  }

  /// Back from the last peak of the scores that is no less than half of the typical one.
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

  /// Without weak beats at either end, where the music has not begun or is over.
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

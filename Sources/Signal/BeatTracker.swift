import Foundation

/// Beat tracker for music: finds the course of the tempo and the sequence of beats that best fits tempo and onsets.
///
/// Onsets, tempo and beats follow Ellis, "Beat tracking by dynamic programming" (Journal of New Music Research 36,
/// 2007). Two additions: the tempo may change, and a tempo competes with its halves, thirds and multiples, each with
/// its own beats. Bass and kick drum count more than other sounds, because off-beat cymbals and chords are often the
/// loudest onsets. `tools/measure-beats` measures the tracker. Debian has no library with a compatible licence for this
/// task. VampNet's paper uses WaveBeat, a network, whose beats differ.
public enum BeatTracker {
  /// Weight of low onsets, where onsets of all frequencies have weight 1.
  private static let lowWeight = 1.5
  /// Standard deviation of the Gaussian that blurs onsets before the tempo is estimated (section 3.1), because onsets
  /// fall between frames.
  private static let tempoBlurSeconds = 0.02
  /// Ratios of the competing beat periods to ``TempoCurve/commonPeriodSeconds``.
  private static let periodRatios = [1.0 / 3, 0.5, 2.0 / 3, 1, 1.5, 2, 3]
  /// Range of the competing beat periods in seconds: 200 to 55 beats a minute.
  private static let periodSeconds = 0.3...1.1
  /// Factor by which the tempo of a recording may rise above or fall below a competing tempo.
  private static let tempoReach = 1.25

  /// Times of the beats in seconds, ascending; empty for silence and where fewer than two beats are found.
  ///
  /// - Precondition: there is at least one channel.
  public static func beatSeconds(in audio: AudioBuffer) -> [Double] {
    let onsets = OnsetStrength(of: audio)
    guard onsets.values.count > 2, let first = onsets.values.first, onsets.values.contains(where: { $0 != first })
    else { return [] }
    let rate = 1 / onsets.hopSeconds
    let strengths = strengths(of: onsets)
    let tempo = TempoCurve(strengths.blurred(deviation: tempoBlurSeconds * rate), rateHz: rate)
    let judge = BeatJudge(onsets)
    let common = tempo.commonPeriodSeconds
    let candidates = periodRatios.map { $0 * common }.filter(periodSeconds.contains).map { period in
      let path = tempo.path(within: period / tempoReach...period * tempoReach)
      let periods = strengths.indices.map { frame in
        path.interpolated(at: Double(frame) / Double(tempo.stepFrameCount)) * rate
      }
      return BeatPath(strengths, periods: periods).frames
    }
    let best = candidates.max { judge.score(of: $0) < judge.score(of: $1) } ?? []
    return best.count > 1 ? best.map { Double($0) * onsets.hopSeconds } : []
  }

  /// Onset strength of each frame: the strength of all frequencies plus ``lowWeight`` times the strength of low
  /// frequencies, both first divided by their standard deviation.
  static func strengths(of onsets: OnsetStrength) -> [Double] {
    let all = onsets.values.map(Double.init).ofUnitDeviation
    let low = onsets.lowValues.map(Double.init).ofUnitDeviation
    return zip(all, low).map { $0 + lowWeight * $1 }
  }
}

/// Comparison of beats at different tempos, by the onsets on the beats and between them.
///
/// The weights were found on the styles of `tools/beat_music.py`, at other tempos and seeds than the published results.
struct BeatJudge {
  private let all: [Double]
  private let low: [Double]
  private let hopSeconds: Double

  private static let lowWeight = 0.5
  /// Weight of low onsets halfway between beats; negative, because such onsets speak against a tempo.
  private static let middleWeight = -0.15
  /// Weight of onsets at thirds between beats; negative, because true beats lie there if the period of the judged beats
  /// is 1.5 times the true period.
  private static let thirdsWeight = -0.6
  /// Weight of the squared distance in octaves from the preferred tempo, and the preferred tempo in beats a minute.
  private static let tempoWeight = -2.0
  private static let preferredTempo = 125.0
  /// Number of frames before and after a frame in which the greatest onset strength is taken for the frame.
  private static let reach = 2

  init(_ onsets: OnsetStrength) {
    all = onsets.values.map(Double.init).blurred(deviation: 1).ofUnitDeviation
    low = onsets.lowValues.map(Double.init).blurred(deviation: 1).ofUnitDeviation
    hopSeconds = onsets.hopSeconds
  }

  /// Score of a sequence of beats, the higher the better; −∞ for fewer than two beats.
  ///
  /// - Parameter beats: Indices of the beats' frames, ascending.
  func score(of beats: [Int]) -> Double {
    let distances = zip(beats.dropFirst(), beats).map { $0 - $1 }
    guard !distances.isEmpty else { return -.infinity }
    let tempo = 60 / (Double(distances.sorted()[distances.count / 2]) * hopSeconds)
    let octaves = log2(tempo / Self.preferredTempo)
    let pairs = zip(beats, distances)
    return strength(beats, all) + Self.lowWeight * strength(beats, low)
      + Self.middleWeight * strength(pairs.map { $0 + $1 / 2 }, low)
      + Self.thirdsWeight * strength(pairs.flatMap { [$0 + $1 / 3, $0 + 2 * $1 / 3] }, all)
      + Self.tempoWeight * octaves * octaves
  }

  /// Mean over `frames` of the greatest value at most ``reach`` frames away.
  private func strength(_ frames: [Int], _ values: [Double]) -> Double {
    let found = frames.map { frame in
      values[max(0, frame - Self.reach)..<min(values.count, frame + Self.reach + 1)].max() ?? 0
    }
    return found.reduce(0, +) / Double(max(1, found.count))
  }
}

extension [Double] {
  /// Value at a fractional index, interpolated linearly; the last value behind the end.
  ///
  /// - Precondition: there is a value, and `place` is not negative.
  fileprivate func interpolated(at place: Double) -> Double {
    let index = Int(place)
    guard index + 1 < count else { return self[count - 1] }
    let share = place - Double(index)
    return (1 - share) * self[index] + share * self[index + 1]
  }
}

import Foundation

/// Course of the tempo: how well each beat period fits the onsets around each moment.
///
/// There is a moment every ``stepSeconds``. Each moment has an autocorrelation of its own over ``windowSeconds``, so
/// the tempo may change.
struct TempoCurve {
  /// Beat periods in seconds that are considered, ascending: 240 to 45 beats a minute.
  static let periodsSeconds: [Double] = (0..<160).map { index in
    60 / 240 * exp(Double(index) / 159 * log(240.0 / 45))
  }

  private static let windowSeconds = 8.0
  private static let stepSeconds = 0.5
  /// Loss of score for a change of the period by a factor e from one moment to the next.
  private static let changePenalty = 20.0

  /// Fit `[moment][period]` of each period of ``periodsSeconds``, the higher the better.
  private let scores: [[Double]]
  /// Number of frames from one moment to the next.
  let stepFrameCount: Int

  /// Computes how well each period fits some onset strengths.
  ///
  /// - Parameters:
  ///   - strengths: Onset strength of each frame.
  ///   - rateHz: Number of frames per second.
  init(_ strengths: [Double], rateHz: Double) {
    stepFrameCount = max(1, Int(Self.stepSeconds * rateHz))
    let mean = strengths.reduce(0, +) / Double(max(1, strengths.count))
    let centred = strengths.map { $0 - mean }
    let halfWindow = Int(Self.windowSeconds * rateHz) / 2
    scores = stride(from: 0, to: centred.count, by: stepFrameCount).map { centre in
      let window = centred[max(0, centre - halfWindow)..<min(centred.count, centre + halfWindow)]
      return Self.scores(of: Array(window), rateHz: rateHz)
    }
  }

  /// Fit of each period: the autocorrelation at the period, plus half of the autocorrelation at twice the period.
  private static func scores(of window: [Double], rateHz: Double) -> [Double] {
    let lagCount = Int(2 * (periodsSeconds.last ?? 0) * rateHz) + 2
    let correlations = (0..<lagCount).map { lag -> Double in
      guard lag < window.count else { return 0 }
      var sum = 0.0
      for index in lag..<window.count { sum += window[index] * window[index - lag] }
      return sum / Double(window.count - lag)
    }
    let energy = correlations[0] + 1e-9
    func correlation(_ seconds: Double) -> Double {
      let lag = seconds * rateHz
      let index = min(Int(lag), lagCount - 2)
      let share = lag - Double(index)
      return ((1 - share) * correlations[index] + share * correlations[index + 1]) / energy
    }
    return periodsSeconds.map { correlation($0) + 0.5 * correlation(2 * $0) }
  }

  /// Period in seconds that fits best on average, weighted by a Gaussian prior at 120 beats a minute with a standard
  /// deviation of one octave.
  var commonPeriodSeconds: Double {
    let best = Self.periodsSeconds.indices.max { average($0) < average($1) }
    return Self.periodsSeconds[best ?? 0]
  }

  private func average(_ index: Int) -> Double {
    let octaves = log2(Self.periodsSeconds[index] / 0.5)
    return scores.reduce(0) { $0 + $1[index] } * exp(-0.5 * octaves * octaves)
  }

  /// Best course of the period in seconds within a range, one value for each moment (Viterbi's algorithm). If no
  /// considered period is in the range, the next longer one is taken.
  ///
  /// - Precondition: there is at least one moment.
  func path(within range: ClosedRange<Double>) -> [Double] {
    var indices = Self.periodsSeconds.indices.filter { range.contains(Self.periodsSeconds[$0]) }
    if indices.isEmpty {
      indices = [Self.periodsSeconds.firstIndex { $0 >= range.lowerBound } ?? Self.periodsSeconds.count - 1]
    }
    let periods = indices.map { Self.periodsSeconds[$0] }
    let logarithms = periods.map { log($0) }
    var values = indices.map { scores[0][$0] }
    var origins: [[Int]] = []
    for moment in scores.dropFirst() {
      let steps = indices.indices.map { now -> (origin: Int, value: Double) in
        let candidates = values.indices.map { values[$0] - Self.changePenalty * abs(logarithms[now] - logarithms[$0]) }
        let origin = candidates.indices.max { candidates[$0] < candidates[$1] } ?? now
        return (origin, candidates[origin] + moment[indices[now]])
      }
      origins.append(steps.map(\.origin))
      values = steps.map(\.value)
    }
    var place = values.indices.max { values[$0] < values[$1] } ?? 0
    var path = [periods[place]]
    for origin in origins.reversed() {
      place = origin[place]
      path.append(periods[place])
    }
    return path.reversed()
  }
}

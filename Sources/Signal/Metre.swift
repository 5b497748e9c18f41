/// Grouping of beats into bars, guessed from which beats have the strongest onsets.
///
/// The guess is usually right for music whose first beat of a bar is accented. Other music mostly gets bars of four
/// beats with an arbitrary first beat.
public struct Metre: Equatable, Sendable {
  /// Number of beats in a bar: 3 or 4.
  public let beatsPerBar: Int
  /// Index of the first beat that begins a bar, in `0..<beatsPerBar`; 0 is the first beat of the recording.
  public let firstDownbeat: Int

  /// Amount by which the score of three beats in a bar must exceed the score of four, because most music has four.
  private static let tripleHandicap = 0.15

  /// Guesses the metre of a recording whose beats are known.
  ///
  /// The metre is guessed from 6 beats on: bars of three need at least 6 beats, bars of four at least 8. Recordings of
  /// 6 or 7 beats therefore get bars of three. Recordings of fewer beats get bars of four by default, which begin at
  /// the first beat.
  ///
  /// - Parameters:
  ///   - beats: Times in seconds, ascending.
  ///   - audio: Recording with the beats.
  /// - Precondition: there is at least one channel.
  public init(of beats: [Double], in audio: AudioBuffer) {
    let accents = Self.accents(of: beats, in: audio)
    var best = (score: -Double.infinity, beatsPerBar: 4, phase: 0)
    for beatsPerBar in [4, 3] where beats.count >= 2 * beatsPerBar {
      for phase in 0..<beatsPerBar {
        let score = Self.score(accents, beatsPerBar, phase) - (beatsPerBar == 3 ? Self.tripleHandicap : 0)
        if score > best.score { best = (score, beatsPerBar, phase) }
      }
    }
    (beatsPerBar, firstDownbeat) = (best.beatsPerBar, best.phase)
  }

  /// Greatest onset strength at most two frames from each beat, scaled to zero mean and unit variance.
  private static func accents(of beats: [Double], in audio: AudioBuffer) -> [Double] {
    let onsets = OnsetStrength(of: audio)
    let strengths = BeatTracker.strengths(of: onsets)
    let values = beats.map { beat -> Double in
      let frame = Int((beat / onsets.hopSeconds).rounded())
      let near = max(0, frame - 2)..<max(max(0, frame - 2), min(strengths.count, frame + 3))
      return strengths[near].max() ?? 0
    }
    guard !values.isEmpty else { return [] }
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return values.map { variance > 0 ? ($0 - mean) / variance.squareRoot() : 0 }
  }

  /// Mean accent of the beats that begin a bar if bars have `beatsPerBar` beats and the first bar begins at beat
  /// `phase`.
  private static func score(_ accents: [Double], _ beatsPerBar: Int, _ phase: Int) -> Double {
    let downbeats = stride(from: phase, to: accents.count, by: beatsPerBar).map { accents[$0] }
    return downbeats.reduce(0, +) / Double(max(1, downbeats.count))
  }

  /// Times of the beats that begin a bar, out of the times of all beats of the recording, ascending.
  public func downbeats(of beats: [Double]) -> [Double] {
    stride(from: firstDownbeat, to: beats.count, by: beatsPerBar).map { beats[$0] }
  }

  /// Times of the beats that do not begin a bar, out of the times of all beats of the recording, ascending.
  public func upbeats(of beats: [Double]) -> [Double] {
    beats.indices.filter { ($0 - firstDownbeat) % beatsPerBar != 0 }.map { beats[$0] }
  }
}

import ExplainedErrors
import Signal

/// Samples of a recording from its first downbeat to its last.
struct BarCut {
  /// Range of the recording's samples from the first downbeat to the last, at the recording's sample rate.
  let samples: Range<Int>

  /// Finds the downbeats of a recording.
  ///
  /// - Throws: `BarCutError` where fewer than two downbeats are found; `SignalError`.
  init(_ audio: AudioBuffer) throws {
    let mixed = try BeatsAudio.mixed(audio)
    let beats = BeatTracker.beatSeconds(in: mixed)
    let downbeats = Metre(of: beats, in: mixed).downbeats(of: beats)
    guard let first = downbeats.first, let last = downbeats.last, first < last else {
      throw BarCutError(beatCount: beats.count)
    }
    func sample(_ seconds: Double) -> Int {
      min(audio.sampleCount, max(0, Int((seconds * Double(audio.sampleRateHz)).rounded())))
    }
    samples = sample(first)..<sample(last)
  }
}

/// Error about a recording in which fewer than two downbeats were found.
struct BarCutError: ExplainedError, Equatable {
  let beatCount: Int

  var description: String { "no whole bar found, \(beatCount) beats" }
  var kind: ErrorKind { .failure }
  var hint: String? { "'vampc beats' shows what was found; without --loop-at-beats the whole input is the loop" }
}

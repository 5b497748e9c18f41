import ExplainedErrors
import Signal

/// Whole bars of a recording: the samples from its first downbeat to its last.
struct BarCut {
  /// Samples from the first downbeat (inclusive) to the last downbeat (exclusive), at the recording's sample rate.
  let samples: Range<Int>

  /// Whole bars of `audio`, whose downbeats are found at this call.
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

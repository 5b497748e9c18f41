/// Comparison of an Opus stream with the requested bitrate.
public enum OpusOutcome: Equatable, Sendable {
  /// The stream keeps the requested bitrate, or exceeds it by at most 10 %.
  case asRequested
  /// The stream exceeds the requested bitrate by more than 10 %: Opus cannot code the audio at so low a bitrate.
  case rateExceeded
  /// The decoded audio has lost nearly all sound of the input (`AudioBuffer.hasLost`).
  case silent
}

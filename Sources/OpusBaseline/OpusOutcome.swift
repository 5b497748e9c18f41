/// Comparison of an Opus stream with the requested bitrate.
public enum OpusOutcome: Equatable, Sendable {
  /// The decoded audio has not lost the sound of the input, and the stream exceeds the requested bitrate by at most 10
  /// %.
  case asRequested
  /// The decoded audio has not lost the sound of the input, but the stream exceeds the requested bitrate by more than
  /// 10 %: Opus cannot code the audio at so low a bitrate.
  case rateExceeded
  /// The decoded audio has lost nearly all sound of the input (`AudioBuffer.hasLost`), whatever the bitrate.
  case silent
}

/// Comparison of an Opus stream with the requested bitrate.
public enum OpusOutcome: Equatable, Sendable {
  /// The stream keeps the requested bitrate.
  case asRequested
  /// The stream exceeds the requested bitrate, which is lower than Opus can code.
  case rateExceeded
  /// The decoded audio is silent and the input is not.
  case silent
}

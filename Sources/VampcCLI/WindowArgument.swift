import ArgumentParser

/// Argument of `--window`: length of the windows of a `.dac` file in seconds, or `whole` for one window.
struct WindowArgument: ExpressibleByArgument, Equatable {
  /// Length in seconds; nil for one window that holds the whole recording.
  let seconds: Double?

  private static let longestSeconds = 86_400.0

  init?(argument: String) {
    guard argument != "whole" else {
      seconds = nil
      return
    }
    guard let seconds = Double(argument), seconds > 0, seconds <= Self.longestSeconds else { return nil }
    self.seconds = seconds
  }
}

import ArgumentParser

/// The longest recording that is encoded in one piece, as it is typed: seconds, or `whole`.
struct WindowArgument: ExpressibleByArgument, Equatable {
  /// Nil where every recording is.
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

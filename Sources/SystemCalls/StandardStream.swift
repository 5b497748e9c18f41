import Glibc

/// The streams that every program is started with, by their descriptors.
package enum StandardStream: Int32, Sendable {
  case input = 0
  case output = 1
  case error = 2

  /// Whether a person sits at the other end.
  package var isTerminal: Bool { isatty(rawValue) == 1 }

  /// The stream as an open file, which stays open.
  package var file: OpenFile { OpenFile(borrowing: rawValue) }
}

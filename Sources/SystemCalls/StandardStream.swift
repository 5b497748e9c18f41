import Glibc

/// Standard stream of a program, by its descriptor.
package enum StandardStream: Int32, Sendable {
  case input = 0
  case output = 1
  case error = 2

  /// Whether the stream is a terminal.
  package var isTerminal: Bool { isatty(rawValue) == 1 }

  /// Open file of the stream; the object does not close the stream.
  package var file: OpenFile { OpenFile(borrowing: rawValue) }
}

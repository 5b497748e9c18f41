import Glibc

/// Standard stream of a program, by its descriptor.
package enum StandardStream: Int32, Sendable {
  case input = 0
  case output = 1
  case error = 2

  /// Opens `/dev/null` in place of each standard stream that the program was started without.
  ///
  /// Otherwise the next opened file would get the stream's descriptor, and all output that is meant for the stream. The
  /// new stream has the wrong direction, so that reading or writing fails as for a closed stream.
  package static func openClosed() {
    // The system gives the lowest descriptor that is free.
    for stream in [StandardStream.input, .output, .error] where fcntl(stream.rawValue, F_GETFD) < 0 {
      _ = open("/dev/null", stream == .input ? O_WRONLY : O_RDONLY)
    }
  }

  /// Whether a path leads to the same file, pipe or device as standard output, as `/dev/stdout` does. Never true for
  /// `/dev/null`, in which outputs cannot get mixed.
  package static func isOutput(_ path: String) -> Bool {
    guard let identity = FileIdentity(path: path), identity != FileIdentity(path: "/dev/null") else { return false }
    return identity == FileIdentity(descriptor: output.rawValue)
  }

  /// Whether the stream is a terminal.
  package var isTerminal: Bool { isatty(rawValue) == 1 }

  /// Open file of the stream; the object does not close the stream.
  package var file: OpenFile { OpenFile(borrowing: rawValue) }
}

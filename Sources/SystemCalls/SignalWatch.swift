import Glibc
import SystemPackage

/// Signals that ask the program to stop, received one after the other outside of a signal handler.
package final class SignalWatch: Sendable {
  /// Signals by which a terminal, a user or the system asks a program to stop.
  package static let stopSignals = [SIGINT, SIGTERM, SIGHUP]

  private let readingEnd: Int32

  /// Takes over `signals`, for as long as the program runs. A signal that is ignored, as in a background job, stays so.
  ///
  /// - Precondition: the program has no other watch.
  package init(_ signals: [Int32] = SignalWatch.stopSignals) throws(SystemFailure) {
    precondition(signalPipe < 0, "signals have one watch")
    let ends = try systemCall { try FileDescriptor.pipe() }
    (readingEnd, signalPipe) = (ends.readEnd.rawValue, ends.writeEnd.rawValue)
    for end in [readingEnd, signalPipe] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var action = sigaction()
    action.sa_flags = SA_RESTART
    action.__sigaction_handler.sa_handler = passOnSignal
    for signal in signals {
      var before = sigaction()
      sigaction(signal, nil, &before)
      // SIG_IGN is the address 1; functions cannot be compared.
      let handler = unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self)
      if handler == unsafeBitCast(SIG_IGN, to: Int.self) { continue }
      sigaction(signal, &action, nil)
    }
  }

  /// Waits for the next signal; nil where none can come any more.
  package func next() -> Int32? {
    let bytes = try? OpenFile(borrowing: readingEnd).read(upTo: 1)
    return bytes?.first.map(Int32.init)
  }

  /// Returns when another signal is there or the time is over.
  package func waitForAnother(seconds: Double) {
    var waiting = pollfd(fd: readingEnd, events: Int16(POLLIN), revents: 0)
    _ = poll(&waiting, 1, Int32(seconds * 1000))
  }

  /// Makes a reader that went away an error of the write, not the end of the program.
  package static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }
}

/// Ends the program now, from any thread: nothing that was left for the end is run.
package func endProgram(code: Int32) -> Never { _exit(code) }

/// Writing end of the pipe from the signal handler. Set once, before the handler is installed.
private nonisolated(unsafe) var signalPipe: Int32 = -1

/// Only calls what a signal handler may call.
private func passOnSignal(_ signal: Int32) {
  let code = errno
  var byte = UInt8(truncatingIfNeeded: signal)
  _ = write(signalPipe, &byte, 1)
  errno = code
}

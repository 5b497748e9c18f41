import Glibc
import SystemPackage

/// Signals that ask the program to stop, received one after the other outside of a signal handler.
package final class SignalWatch: Sendable {
  /// Signals by which a terminal, a user or the system asks a program to stop, and others that end a program by default:
  /// a limit on processor time (SIGXCPU), timers, and those without a meaning of their own.
  package static let stopSignals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU, SIGALRM, SIGVTALRM, SIGUSR1, SIGUSR2]

  private let readingEnd: Int32

  /// Catches `signals` until the program ends. A signal that is ignored, as in a background job, stays ignored.
  ///
  /// - Precondition: no other watch was created in this program.
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

  /// Waits for the next signal and returns it; nil where no further signal can come.
  package func next() -> Int32? {
    let bytes = try? OpenFile(borrowing: readingEnd).read(upTo: 1)
    return bytes?.first.map(Int32.init)
  }

  /// Waits until a further signal arrives, at most for the given time; ``next()`` still returns that signal.
  package func waitForAnother(seconds: Double) {
    var waiting = pollfd(fd: readingEnd, events: Int16(POLLIN), revents: 0)
    _ = poll(&waiting, 1, Int32(seconds * 1000))
  }

  /// Ignores the signals for which a write also fails with an error: a pipe without a reader, and a file that grows beyond
  /// the limit that the process has.
  package static func ignoreSignalsOfWrites() {
    _ = signal(SIGPIPE, SIG_IGN)
    _ = signal(SIGXFSZ, SIG_IGN)
  }
}

/// Ends the program and its child programs at once, from any thread, without running exit handlers.
package func endProgram(code: Int32) -> Never {
  ProcessGroup.killAll()
  _exit(code)
}

/// Writing end of the pipe to which the signal handler writes; set once, before the handler is installed.
private nonisolated(unsafe) var signalPipe: Int32 = -1

/// Signal handler: writes the signal's number to the pipe, with async-signal-safe calls only.
private func passOnSignal(_ signal: Int32) {
  let code = errno
  var byte = UInt8(truncatingIfNeeded: signal)
  _ = write(signalPipe, &byte, 1)
  errno = code
}

import Foundation
import Synchronization

/// The user, or the system, has asked the program to stop.
struct Interrupted: Error, Equatable, CustomStringConvertible {
  let signal: Int32
  var description: String { "interrupted" }
}

/// Stops the program tidily: the work ends at its next step, or after a moment all the same, and what was begun is
/// removed.
final class Interruption: Sendable {
  static let shared = Interruption()

  /// How long the work may take to stop by itself. A read from a silent pipe never does.
  private static let graceSeconds = 1.0
  private static let signals = [SIGINT, SIGTERM, SIGHUP]

  /// The signal that arrived; 0 before.
  private let received = Atomic<Int32>(0)
  /// Unfinished files and folders.
  private let paths = Mutex<Set<String>>([])

  /// Takes over the signals. One that is ignored, as in a background job, stays so.
  func install() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    signalPipe = ends[1]
    var action = sigaction()
    action.sa_flags = SA_RESTART
    #if canImport(Glibc)
      action.__sigaction_handler.sa_handler = passOnSignal
    #else
      action.__sigaction_u.__sa_handler = passOnSignal
    #endif
    for signal in Self.signals {
      var before = sigaction()
      sigaction(signal, nil, &before)
      #if canImport(Glibc)
        let handler = before.__sigaction_handler.sa_handler
      #else
        let handler = before.__sigaction_u.__sa_handler
      #endif
      // SIG_IGN is the address 1; functions cannot be compared.
      if unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) { continue }
      sigaction(signal, &action, nil)
    }
    let readingEnd = ends[0]
    Thread.detachNewThread { self.waitForSignals(readingEnd) }
  }

  /// - Throws: `Interrupted` once a signal has arrived.
  func check() throws {
    let signal = received.load(ordering: .acquiring)
    if signal != 0 { throw Interrupted(signal: signal) }
  }

  /// Creates a file or folder that is removed should the program be interrupted.
  ///
  /// - Parameter path: of what is to be removed; nil where nothing is.
  func protecting<File>(_ create: () throws -> sending File, path: (File) -> String?) throws -> File {
    try check()
    return try paths.withLock { paths in
      nonisolated(unsafe) let file = try create()
      if let path = path(file) { paths.insert(path) }
      return file
    }
  }

  /// Finishes or removes such a file.
  func release(path: String?, _ finish: () throws -> Void) throws {
    try paths.withLock { paths in
      defer { if let path { paths.remove(path) } }
      try finish()
    }
  }

  private func waitForSignals(_ descriptor: Int32) {
    func next() -> Int32? {
      var byte: UInt8 = 0
      while true {
        let count = read(descriptor, &byte, 1)
        if count == 1 { return Int32(byte) }
        if count == 0 || errno != EINTR { return nil }
      }
    }
    guard let signal = next() else { return }
    received.store(signal, ordering: .releasing)
    // A second signal is impatience.
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    _ = poll(&waiting, 1, Int32(Self.graceSeconds * 1000))
    paths.withLock { paths in
      for path in paths { try? FileManager.default.removeItem(atPath: path) }
      Console.interrupted()
      _exit(ExitStatus.interrupted(signal: signal).code)
    }
  }
}

/// Where the signal handler writes to. Set once, before the handler is installed.
private nonisolated(unsafe) var signalPipe: Int32 = -1

/// Only calls what a signal handler may call.
private func passOnSignal(_ signal: Int32) {
  let code = errno
  var byte = UInt8(truncatingIfNeeded: signal)
  _ = write(signalPipe, &byte, 1)
  errno = code
}

import ExplainedErrors
import Foundation
import Synchronization
import SystemCalls

/// Request to stop, by a signal of the user or of the system.
struct Interrupted: ExplainedError, Equatable {
  let signal: Int32
  var description: String { "interrupted" }
  var kind: ErrorKind { .interrupted(signal: signal) }
}

/// Stops the program on SIGINT, SIGTERM, SIGHUP and SIGQUIT.
///
/// The work ends at its next call of `check()`, or is abandoned after a second. Unfinished outputs are removed.
final class Interruption: Sendable {
  static let shared = Interruption()

  /// Time in which the work can stop by itself. A read from a silent pipe never returns.
  private static let graceSeconds = 1.0

  /// Number of the first signal that arrived; 0 before any signal.
  private let received = Atomic<Int32>(0)
  /// Paths of unfinished files and folders.
  private let paths = Mutex<Set<String>>([])

  /// Installs the signal handlers. A signal that is ignored, as in a background job, stays ignored.
  func install() {
    SignalWatch.ignoreBrokenPipes()
    guard let watch = try? SignalWatch() else { return }
    Thread.detachNewThread { self.wait(for: watch) }
  }

  /// - Throws: `Interrupted` once a signal has arrived.
  func check() throws {
    let signal = received.load(ordering: .acquiring)
    if signal != 0 { throw Interrupted(signal: signal) }
  }

  /// Creates a file or folder that an interruption removes.
  ///
  /// - Parameter path: Path to remove; nil for an output that cannot be removed, such as a pipe.
  func protecting<File>(_ create: () throws -> sending File, path: (File) -> String?) throws -> File {
    try check()
    return try paths.withLock { paths in
      nonisolated(unsafe) let file = try create()
      if let path = path(file) { paths.insert(path) }
      return file
    }
  }

  /// Finishes or removes a file of `protecting(_:path:)`, which an interruption then leaves alone.
  func release(path: String?, _ finish: () throws -> Void) throws {
    try paths.withLock { paths in
      defer { if let path { paths.remove(path) } }
      try finish()
    }
  }

  /// Removes unfinished files where the program ends in the middle of a call. Does nothing while another call of
  /// this object adds or finishes one: it may be the call that is being ended.
  func abandon() {
    _ = paths.withLockIfAvailable { paths in
      for path in paths { try? FileName.removeTree(path) }
    }
  }

  private func wait(for watch: SignalWatch) {
    guard let signal = watch.next() else { return }
    received.store(signal, ordering: .releasing)
    // A second signal ends the wait at once.
    watch.waitForAnother(seconds: Self.graceSeconds)
    paths.withLock { paths in
      for path in paths { try? FileName.removeTree(path) }
      Console.interrupted()
      endProgram(code: ExitStatus.interrupted(signal: signal).code)
    }
  }
}

import ExplainedErrors
import Foundation
import Synchronization
import SystemCalls

/// Request of the user, or of the system, to stop.
struct Interrupted: ExplainedError, Equatable {
  let signal: Int32
  var description: String { "interrupted" }
  var kind: ErrorKind { .interrupted(signal: signal) }
}

/// Stops the program tidily: the work ends at its next step, or after a moment all the same, and what was begun is
/// removed.
final class Interruption: Sendable {
  static let shared = Interruption()

  /// How long the work may take to stop by itself. A read from a silent pipe never does.
  private static let graceSeconds = 1.0

  /// The signal that arrived; 0 before.
  private let received = Atomic<Int32>(0)
  /// Unfinished files and folders.
  private let paths = Mutex<Set<String>>([])

  /// Takes over the signals. One that is ignored, as in a background job, stays so.
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

  /// Creates a file or folder that is removed should the program be interrupted.
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

  /// Finishes or removes such a file.
  func release(path: String?, _ finish: () throws -> Void) throws {
    try paths.withLock { paths in
      defer { if let path { paths.remove(path) } }
      try finish()
    }
  }

  private func wait(for watch: SignalWatch) {
    guard let signal = watch.next() else { return }
    received.store(signal, ordering: .releasing)
    // A second signal is impatience.
    watch.waitForAnother(seconds: Self.graceSeconds)
    paths.withLock { paths in
      for path in paths { try? FileName.removeTree(path) }
      Console.interrupted()
      endProgram(code: ExitStatus.interrupted(signal: signal).code)
    }
  }
}

import AudioIO
import ExplainedErrors
import Foundation
import Synchronization
import SystemCalls

/// Error that ends the work after the signal with number `signal`, from the user or from the system.
struct Interrupted: ExplainedError, Equatable {
  let signal: Int32
  var description: String { "interrupted" }
  var kind: ErrorKind { .interrupted(signal: signal) }
}

/// Watch that stops the program on SIGINT, SIGTERM, SIGHUP, SIGQUIT and other signals that ask it to stop.
///
/// The work ends at its next call of `check()`, or the program ends after a second. Unfinished outputs are removed.
/// While a pipe or a device is recorded, the first signal other than SIGQUIT only ends the recording, whose output is
/// completed; the second signal ends the program at once.
final class Interruption: Sendable {
  static let shared = Interruption()

  /// Longest time in seconds from the signal to the end of the program, in which the work can stop by itself. A read
  /// from a silent pipe never returns.
  private static let graceSeconds = 1.0

  /// Number of the signal that ends the program; 0 before such a signal has arrived.
  private let received = Atomic<Int32>(0)
  /// Recording that the first signal ends; nil where the first signal ends the program.
  private let recording = Mutex<RecordingStop?>(nil)
  /// Number of the signal that ended a recording; 0 before such a signal has arrived.
  private let ending = Atomic<Int32>(0)
  /// Paths of unfinished files and folders, which are removed when the program is interrupted.
  private let paths = Mutex<Set<String>>([])

  /// Installs the signal handlers. A signal that is ignored, as in a background job, stays ignored.
  func install() {
    SignalWatch.ignoreSignalsOfWrites()
    guard let watch = try? SignalWatch() else { return }
    Thread.detachNewThread { self.wait(for: watch) }
  }

  /// Checks for a signal.
  ///
  /// - Throws: `Interrupted` once a signal that ends the program has arrived.
  func check() throws {
    let signal = received.load(ordering: .acquiring)
    if signal != 0 { throw Interrupted(signal: signal) }
  }

  /// Runs `body` for the input at `path`; `-` is standard input. Where the input is a pipe or a device, the first
  /// signal ends the input.
  ///
  /// - Parameter body: Closure that gets the request that ends the input; nil for a regular file.
  /// - Throws: `Interrupted` after a signal, when `body` has completed its output or has recorded nothing; errors of
  ///   `body`.
  func endingInput<Result>(at path: String, _ body: (RecordingStop?) throws -> Result) throws -> Result {
    try check()
    guard Self.isLive(path) else { return try body(nil) }
    let stop = try RecordingStop()
    recording.withLock { $0 = stop }
    defer { letSignalsEndTheWork() }
    let result: Result
    do {
      result = try body(stop)
    } catch AudioIOError.empty(let file) where !stop.isRequested {
      throw AudioIOError.empty(file: file)
    } catch AudioIOError.empty {
      // Nothing was recorded yet.
      throw Interrupted(signal: ending.load(ordering: .acquiring))
    }
    if stop.isRequested { throw Interrupted(signal: ending.load(ordering: .acquiring)) }
    return result
  }

  /// Lets the first signal end the program instead of the recording. Called when the input is complete, or has been
  /// copied to a file.
  func letSignalsEndTheWork() { recording.withLock { $0 = nil } }

  private static func isLive(_ path: String) -> Bool {
    let status =
      path == "-"
      ? try? FileStatus(descriptor: StandardStream.input.rawValue) : try? FileStatus(path: path)
    return status?.kind == .other
  }

  /// Creates a file or folder that an interruption removes until `release(path:_:)` is called.
  ///
  /// - Parameters:
  ///   - create: Closure that creates the file or folder.
  ///   - path: Closure that returns the path to remove; nil for an output that cannot be removed, such as a pipe.
  /// - Throws: `Interrupted` after a signal that ends the program; errors of `create`.
  func protecting<File>(_ create: () throws -> sending File, path: (File) -> String?) throws -> File {
    try check()
    return try paths.withLock { paths in
      nonisolated(unsafe) let file = try create()
      if let path = path(file) { paths.insert(path) }
      return file
    }
  }

  /// Finishes or discards a file of `protecting(_:path:)` by calling `finish`. An interruption then no longer removes
  /// the path.
  ///
  /// - Throws: errors of `finish`.
  func release(path: String?, _ finish: () throws -> Void) throws {
    try paths.withLock { paths in
      defer { if let path { paths.remove(path) } }
      try finish()
    }
  }

  /// Removes unfinished files before the program ends in the middle of a call, as where memory runs out. Does nothing
  /// while another call of this object adds or finishes a file, because memory may have run out in this call.
  func abandon() {
    _ = paths.withLockIfAvailable { paths in
      for path in paths { try? FileName.removeTree(path) }
    }
  }

  private func wait(for watch: SignalWatch) {
    guard let first = watch.next() else { return }
    var signal = first
    // SIGQUIT (Ctrl-\) ends the program without completing the recording.
    let stop = first == SIGQUIT ? nil : recording.withLock { $0 }
    if let stop {
      ending.store(first, ordering: .releasing)
      stop.stop()
      guard let second = watch.next() else { return }
      signal = second
    }
    received.store(signal, ordering: .releasing)
    // A second signal ends the wait at once.
    if stop == nil { watch.waitForAnother(seconds: Self.graceSeconds) }
    paths.withLock { paths in
      for path in paths { try? FileName.removeTree(path) }
      Console.interrupted()
      endProgram(code: ExitStatus.interrupted(signal: signal).code)
    }
  }
}

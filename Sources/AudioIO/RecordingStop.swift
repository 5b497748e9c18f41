package import SystemCalls

/// Request to end a recording from a pipe or a device, from any thread. The reader then ends as if the writer had
/// closed the pipe: it reads about 1 MiB more at most, waits for no bytes later than one second after the request, and
/// reports no early end.
public final class RecordingStop: Sendable {
  package let input: InputStop

  /// Creates a request that has not been made yet.
  ///
  /// - Throws: ``AudioIOError/cannotOpen(file:reason:)`` where the process has no free file descriptors.
  public init() throws {
    do throws(SystemFailure) { input = try InputStop() } catch {
      throw AudioIOError.cannotOpen(file: "standard input", reason: error.reason)
    }
  }

  /// Requests the end of the recording; may be called from any thread.
  public func stop() { input.stop() }

  /// Whether the end of the recording has been requested.
  public var isRequested: Bool { input.isRequested }
}

package import SystemCalls

/// Request to end a recording from a pipe or a device, from any thread. The reader then ends as if the writer had closed
/// the pipe: it reads what is in the pipe, waits at most a second for more, and reports no damage.
public final class RecordingStop: Sendable {
  package let input: InputStop

  /// - Throws: ``AudioIOError/cannotOpen(file:reason:)`` where the process has no free file descriptors.
  public init() throws {
    do throws(SystemFailure) { input = try InputStop() } catch {
      throw AudioIOError.cannotOpen(file: "standard input", reason: error.reason)
    }
  }

  /// Ends the recording.
  public func stop() { input.stop() }

  /// Whether the recording is to end.
  public var isRequested: Bool { input.isRequested }
}

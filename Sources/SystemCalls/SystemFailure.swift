package import ExplainedErrors
import Glibc
import SystemPackage

/// Failure of a system call, with the system's error number.
package struct SystemFailure: ExplainedError, Equatable, Sendable {
  /// Error number, such as `ENOSPC`.
  package let code: Int32

  package init(code: Int32) { self.code = code }

  /// Input/output error, for a file that returns or accepts fewer bytes than requested.
  package static let inputOutput = SystemFailure(code: EIO)

  /// Failure with the current value of `errno`.
  static var last: SystemFailure { SystemFailure(code: errno) }

  /// Failure for an error of swift-system or of ``FileCalls``.
  ///
  /// - Precondition: `error` is an `Errno` or a `SystemFailure`.
  init(_ error: any Error) {
    if let failure = error as? SystemFailure {
      self = failure
      return
    }
    guard let number = error as? Errno else { preconditionFailure("swift-system threw \(error)") }
    code = number.rawValue
  }

  /// Text of the error from the system, such as "No space left on device"; for `ENOMEM`, "Out of memory" in place of
  /// the system's "Cannot allocate memory".
  package var reason: String { code == ENOMEM ? "Out of memory" : Errno(rawValue: code).description }
  /// ``reason`` in lower case, for the middle of a sentence.
  package var phrase: String { reason.lowercased() }

  package var description: String { reason }
  package var kind: ErrorKind { .failure }

  /// Whether the call failed because a file or folder with the new name exists already.
  package var isExisting: Bool { code == EEXIST }
  /// Whether the call failed because the pipe has no reader any more.
  package var isBrokenPipe: Bool { code == EPIPE }
  /// Signal by which the system ends programs that write to a pipe without a reader.
  package static let brokenPipeSignal = SIGPIPE
  /// Whether the call failed because the descriptor is non-blocking and not ready.
  package var isWouldBlock: Bool { code == EWOULDBLOCK || code == EAGAIN }
}

/// Calls swift-system and turns its error into ``SystemFailure``.
func systemCall<Value>(_ call: () throws -> Value) throws(SystemFailure) -> Value {
  do { return try call() } catch { throw SystemFailure(error) }
}

/// Calls a C function that returns a negative value and sets `errno` when it fails, repeated while signals interrupt
/// it.
@discardableResult
func systemCall<Value: SignedInteger>(returning call: () -> Value) throws(SystemFailure) -> Value {
  while true {
    let value = call()
    if value >= 0 { return value }
    if errno != EINTR { throw .last }
  }
}

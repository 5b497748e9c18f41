import ExplainedErrors
import SystemCalls

/// Message about an error on standard error: the subject, the fault and, where known, a hint.
enum ErrorReport {
  /// Shows an error. An `ExitStatus` shows no message, because the code that threw the status has already shown the
  /// reason. The error that nobody reads an output pipe any more shows no message either.
  ///
  /// - Parameter input: Name of the current input; the message begins with this name unless the error names a subject
  ///   itself.
  static func show(_ error: any Error, about input: String? = nil) {
    Console.progress(nil)
    if error is ExitStatus { return }
    if error is Interrupted { return Console.interrupted() }
    let explained = error as? any ExplainedError
    if explained?.kind == .interrupted(signal: SystemFailure.brokenPipeSignal) { return }
    let prefix = explained?.subject == nil ? input.map { $0 + ": " } ?? "" : ""
    Console.error(prefix + "\(error)", hint: explained?.hint)
  }
}

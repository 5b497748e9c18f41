import ExplainedErrors
import SystemCalls

/// Message about an error on standard error: subject, fault and, where known, a hint.
enum ErrorReport {
  /// Shows an error. An exit status shows no message, because the code that threw it has already shown the reason. The
  /// end of a pipe's reader shows no message either, as in other filters.
  ///
  /// - Parameter input: name of the current input; the message begins with this name unless the error has another
  ///   subject.
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

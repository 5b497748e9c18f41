import ExplainedErrors

/// Message about an error on standard error: subject, fault and, where known, a hint.
enum ErrorReport {
  /// Shows an error. An exit status is silent: whoever threw it has shown the reason.
  ///
  /// - Parameter input: name of the current input; the message begins with this name unless the error has another
  ///   subject.
  static func show(_ error: any Error, about input: String? = nil) {
    Console.progress(nil)
    if error is ExitStatus { return }
    if error is Interrupted { return Console.interrupted() }
    let explained = error as? any ExplainedError
    let prefix = explained?.subject == nil ? input.map { $0 + ": " } ?? "" : ""
    Console.error(prefix + "\(error)", hint: explained?.hint)
  }
}

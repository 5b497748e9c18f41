import ExplainedErrors

/// Message about an error on standard error: what it is about, what is wrong, and a hint where there is one.
enum ErrorReport {
  /// Shows an error. An exit status is silent: whoever threw it has shown the reason.
  ///
  /// - Parameter input: name of the input at hand, put in front unless the error is about something else.
  static func show(_ error: any Error, about input: String? = nil) {
    Console.progress(nil)
    if error is ExitStatus { return }
    if error is Interrupted { return Console.interrupted() }
    let explained = error as? any ExplainedError
    let prefix = explained?.subject == nil ? input.map { $0 + ": " } ?? "" : ""
    Console.error(prefix + "\(error)", hint: explained?.hint)
  }
}

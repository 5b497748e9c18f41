/// Error with a subject, a kind and, where known, a next step for the user.
///
/// Every public error enum of the package conforms. The program derives its exit code from ``kind`` alone. If
/// ``subject`` is nil, the program puts the name of the current input, if there is one, before the message.
public protocol ExplainedError: Error, CustomStringConvertible {
  /// Thing that the error is about; `description` names this thing, or the setting that an option changes. Nil, the
  /// default, if the error is about the input that is being processed, whose name only the caller knows.
  var subject: ErrorSubject? { get }
  /// Kind of the error, from which the exit code follows.
  var kind: ErrorKind { get }
  /// Next step for the user, a lower-case phrase. Nil, the default, where none is known.
  var hint: String? { get }
}

extension ExplainedError {
  /// Always nil, the default: the error is about the input that is being processed.
  public var subject: ErrorSubject? { nil }
  /// Always nil, the default: no next step is known.
  public var hint: String? { nil }
}

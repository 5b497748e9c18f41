/// Error with a subject, a kind and, where known, a next step for the user.
///
/// Every error enum of the package conforms. The program derives its exit code from ``kind`` alone and decides from
/// ``subject`` whether the message begins with the name of the input.
public protocol ExplainedError: Error, CustomStringConvertible {
  /// Thing that the error is about, which `description` names. Nil, the default, for the input at hand: only the caller
  /// knows its name.
  var subject: ErrorSubject? { get }
  /// Kind of the error.
  var kind: ErrorKind { get }
  /// Next step for the user, a lower-case phrase. Nil, the default, where none is known.
  var hint: String? { get }
}

extension ExplainedError {
  /// File, model, option or input that the error is about.
  public var subject: ErrorSubject? { nil }
  /// Next step for the user; nil where there is none.
  public var hint: String? { nil }
}

/// Kind of an error, by the cause that prevented the work.
public enum ErrorKind: Equatable, Sendable {
  /// The system refused a request, or a required file, model or memory is missing or does not fit.
  case failure
  /// The request itself is wrong, for any input.
  case usage
  /// The input or a model is damaged, or is of the wrong kind.
  case badInput
  /// The user or the system stopped the work by a signal.
  case interrupted(signal: Int32)
}

/// Kind of an error, by the cause that prevented the work.
public enum ErrorKind: Equatable, Sendable {
  /// A cause other than the three below, for example: the system refused a request, or a required file, model or memory
  /// is missing or does not fit the request.
  case failure
  /// The request itself is wrong, whatever the input.
  case usage
  /// The input or a model is damaged, or is of the wrong kind.
  case badInput
  /// The user or the system stopped the work by the signal with the number `signal`.
  case interrupted(signal: Int32)
}

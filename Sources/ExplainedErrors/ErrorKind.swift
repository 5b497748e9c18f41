/// Kind of an error, by whose fault the work could not be done.
public enum ErrorKind: Equatable, Sendable {
  /// The system refused something, or something that is needed is missing or does not fit: a file, a model, memory.
  case failure
  /// The request itself is wrong, whatever the input holds.
  case usage
  /// The input or a model is damaged, or is not what it should be.
  case badInput
  /// The user or the system stopped the work by a signal.
  case interrupted(signal: Int32)
}

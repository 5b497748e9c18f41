/// Thing that an error is about.
public enum ErrorSubject: Equatable, Sendable {
  /// File, folder or stream, as the caller named it; the description of the error begins with this name.
  case file(String)
  /// Model, by its name or by the path of one of its files.
  case model(String)
  /// Option of a command, such as `--name`, or the setting that the option changes.
  case option(String)
  /// Another program that vampc runs, or a library that vampc calls, by its name.
  case program(String)
}

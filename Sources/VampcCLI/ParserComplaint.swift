/// Kind of an error of the argument parser, recognised by the error's text.
///
/// The parser has no public type for its errors, but their English text has been the same since the first release. Only
/// this type reads the text. `UsageTests` fails if one of these texts changes. A changed text only has the effect that
/// a missing input is reported before an unknown option, or that a hint says less.
enum ParserComplaint: Equatable {
  case missingArgument
  case unknownOption
  /// The value of an option, such as `-b`, is missing or wrong.
  case value(option: String)
  case other

  /// Recognises the kind of an error by its message.
  ///
  /// - Parameter message: The parser's message, without the lines about usage.
  init(_ message: String) {
    self =
      if message.hasPrefix("Missing expected argument") {
        .missingArgument
      } else if message.hasPrefix("Unknown option") {
        .unknownOption
      } else if message.hasPrefix("The value '") || message.hasPrefix("Missing value for '"),
        let option = Self.option(in: message)
      {
        .value(option: option)
      } else {
        .other
      }
  }

  /// Last option with a value that a message quotes, such as `-b` for '-b <rate>'; nil where the message quotes none.
  private static func option(in message: String) -> String? {
    let quoted = message.split(separator: "'", omittingEmptySubsequences: false)
    return quoted.last { $0.hasPrefix("-") && $0.contains(" <") }.flatMap { $0.split(separator: " ").first }
      .map(String.init)
  }
}

/// Kind of an error of the argument parser, recognised by the error's text.
///
/// The parser has no public type for its errors: their text, in English and the same since its first release, is all
/// that it gives. This is the only place that looks at it, `UsageTests` notices a change of either text, and then
/// nothing worse happens than that a missing input is told before an unknown option.
enum ParserComplaint: Equatable {
  case missingArgument
  case unknownOption
  case other

  /// - Parameter message: the parser's message without the usage.
  init(_ message: String) {
    self =
      if message.hasPrefix("Missing expected argument") {
        .missingArgument
      } else if message.hasPrefix("Unknown option") {
        .unknownOption
      } else {
        .other
      }
  }
}

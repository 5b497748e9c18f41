import ArgumentParser

/// Options of `decode` for its results: JSON in place of text.
struct DecodeResultOptions: ParsableArguments {
  @Flag(help: "Print JSON, one key a line: an object, or an array of objects for several files.")
  var json = false

  /// Checks the options against the options for messages.
  ///
  /// - Throws: `ValidationError`.
  func check(_ messages: MessageOptions) throws {
    if json, messages.quiet { throw ValidationError("--json and -q exclude each other") }
  }
}

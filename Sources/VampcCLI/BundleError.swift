import ExplainedErrors

/// Argument with a dash in front that is no bundle of options, such as `-ch1.wav`.
struct BundleError: ExplainedError, Equatable {
  let text: String

  var description: String { "'\(text)' has letters that are no options" }
  var kind: ErrorKind { .usage }
  var hint: String? {
    text == "-help" ? "--help explains the options" : "a file of this name is ./\(text), or stands behind --"
  }
}

import ExplainedErrors

/// Error about an argument that begins with one dash but has characters that are no one-letter options, such as
/// `-ch1.wav`.
struct BundleError: ExplainedError, Equatable {
  let text: String

  var description: String { "'\(text)' has letters that are no options" }
  var kind: ErrorKind { .usage }
  var hint: String? {
    text == "-help" ? "--help explains the options" : "a file of this name is ./\(text), or stands behind --"
  }
}

import ExplainedErrors

/// Reason why a stream cannot be converted to a token array, or a token array to a stream.
enum TokenFileError: ExplainedError, Equatable {
  /// The input has `count` streams, and the command line picks none.
  case severalStreams(count: Int)
  /// The input has `count` streams, but not the stream `number`, counted from 1.
  case noSuchStream(number: Int, count: Int)
  /// The array has, or would have, more tokens than `StreamTokens.tokenLimit`.
  case tooLarge(tokenCount: Int, allowed: Int)
  /// The JSON header cannot be used. `place` is a field of the JSON object, such as `blocks[3].frames`; empty for the
  /// whole file.
  case header(file: String, place: String, reason: String)
  /// The array cannot be used, or does not fit its header.
  case array(reason: String)

  var description: String {
    switch self {
    case .severalStreams(let count): "the file has \(count) streams; an array holds the tokens of one"
    case .noSuchStream(let number, let count):
      "there is no stream \(number): the file has \(Format.count(count, "stream"))"
    case .tooLarge(let count, let allowed): "an array of \(count) tokens, allowed are \(allowed)"
    case .header(let file, let place, let reason): "\(file): \(place)\(place.isEmpty ? "" : ": ")\(reason)"
    case .array(let reason): reason
    }
  }

  var subject: ErrorSubject? {
    if case .header(let file, _, _) = self { .file(file) } else { nil }
  }

  var kind: ErrorKind {
    switch self {
    case .severalStreams, .noSuchStream: .usage
    case .tooLarge: .failure
    case .header, .array: .badInput
    }
  }

  /// Next step for the user; nil where there is none.
  var hint: String? {
    switch self {
    case .severalStreams(let count): "--stream 1 to --stream \(count) picks one"
    case .header(_, "token_hash", _): "without 'token_hash' in the header, changed tokens are accepted"
    default: nil
    }
  }
}

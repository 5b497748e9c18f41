public import ExplainedErrors

extension ReadingBudgetError: CustomStringConvertible, ExplainedError {
  /// Message in lower case, with the counts and the limit.
  public var description: String {
    switch self {
    case .tooManyTokens(let count, let byteCount, let allowed):
      "\(count) tokens in \(byteCount) bytes, allowed are \(ReadingBudget.freeTokenCount) + \(allowed) a byte"
    case .tooManyKeptTokens(let count, let byteCount, let allowed):
      "\(count) kept tokens in \(byteCount) bytes, "
        + "allowed are \(ReadingBudget.freeKeptTokenCount) + \(allowed) a byte"
    }
  }

  /// Kind of the error: bad input, because no real stream costs that much work.
  public var kind: ErrorKind { .badInput }
}

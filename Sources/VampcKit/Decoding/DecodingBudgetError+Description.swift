public import ExplainedErrors

extension DecodingBudgetError: CustomStringConvertible, ExplainedError {
  /// Lower-case phrase with the figure of the stream and the limit of the budget.
  public var description: String {
    switch self {
    case .channels(let found, let allowed): "\(found) coded channels, allowed are \(allowed)"
    case .sampleRate(let found, let allowed): "sample rate of \(found) Hz, allowed are \(allowed) Hz"
    case .memory(let needed, let allowed):
      "\(Self.mebibytes(needed)) MiB of memory needed for the channels, allowed are \(Self.mebibytes(allowed)) MiB"
    case .expansion(let seconds, let byteCount, let allowed):
      "\(Int(seconds)) s of sound in \(byteCount) bytes, "
        + "allowed are \(Int(DecodingBudget.freeSeconds)) s + \(allowed) s a byte"
    case .lost(let seconds, let allowed): "\(Int(seconds)) s are lost, at most \(Int(allowed)) s are generated"
    }
  }

  /// Kind of the error: always bad input, because the content of the input exceeds the budget.
  public var kind: ErrorKind { .badInput }

  /// Phrase that names the option of `vampc decode` that raises the exceeded limit.
  public var hint: String? {
    switch self {
    case .channels(let found, _): "--max-channels \(found) accepts the stream"
    case .sampleRate(let found, _): "--max-sample-rate \(found) accepts the stream"
    case .memory(let needed, _): "--max-memory \(Self.mebibytes(needed)) accepts the stream"
    case .expansion: "no real stream has so much sound in so few bytes; --max-expansion raises the limit"
    case .lost: "--max-lost raises the limit"
    }
  }

  private static func mebibytes(_ byteCount: Int) -> Int { (byteCount + (1 << 20) - 1) >> 20 }
}

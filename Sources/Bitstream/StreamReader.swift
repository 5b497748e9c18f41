/// Reader of streams from a source of bytes: a file, a pipe or an array.
public struct StreamReader {
  private var decoder: StreamDecoder
  private let source: () throws -> [UInt8]
  private var hasReachedEnd = false

  /// Creates a reader.
  ///
  /// - Parameters:
  ///   - policy: Behaviour at a fault.
  ///   - budget: Largest work for each byte of the input.
  ///   - source: Closure that returns the next chunk of the input; an empty array at the end.
  public init(
    policy: DamagePolicy = .strict, budget: ReadingBudget = .standard, source: @escaping () throws -> [UInt8]
  ) {
    decoder = StreamDecoder(policy: policy, budget: budget)
    self.source = source
  }

  /// Creates a reader whose input begins at a byte offset other than 0.
  ///
  /// - Parameters:
  ///   - policy: Behaviour at a fault.
  ///   - byteOffset: Byte offset of the first byte that `source` returns, at which a record begins.
  ///   - source: Closure that returns the next chunk of the input; an empty array at the end.
  public init(policy: DamagePolicy = .strict, startingAt byteOffset: Int, source: @escaping () throws -> [UInt8]) {
    decoder = StreamDecoder(policy: policy, startingAt: byteOffset)
    self.source = source
  }

  /// Creates a reader that resumes inside a stream, without an event for its header.
  ///
  /// The reader does not check the token hash, which covers earlier blocks as well.
  public init(
    policy: DamagePolicy = .strict, resuming position: StreamPosition, source: @escaping () throws -> [UInt8]
  ) {
    decoder = StreamDecoder(policy: policy, resuming: position)
    self.source = source
  }

  /// Creates a reader of the bytes in an array.
  public init(_ bytes: [UInt8], policy: DamagePolicy = .strict) {
    var rest: [UInt8]? = bytes
    self.init(policy: policy) {
      defer { rest = nil }
      return rest ?? []
    }
  }

  /// Byte and token counts of the stream that the last header opened.
  public var statistics: StreamStatistics { decoder.statistics }

  /// Returns the next event, or `nil` at the end of the input.
  ///
  /// - Throws: `BitstreamError` and `ReadingBudgetError` as `StreamDecoder.next()`, or the error of the source.
  public mutating func next() throws -> StreamEvent? {
    while true {
      if let event = try decoder.next() { return event }
      if hasReachedEnd { return nil }
      let bytes = try source()
      if bytes.isEmpty {
        hasReachedEnd = true
        decoder.finish()
      } else {
        decoder.push(bytes)
      }
    }
  }
}

/// Reads streams from a source of bytes: a file, a pipe, an array.
public struct StreamReader {
  private var decoder: StreamDecoder
  private let source: () throws -> [UInt8]
  private var hasReachedEnd = false

  /// - Parameter source: The next bytes, as many as are at hand; empty at the end of the input.
  public init(policy: DamagePolicy = .strict, source: @escaping () throws -> [UInt8]) {
    decoder = StreamDecoder(policy: policy)
    self.source = source
  }

  /// - Parameters:
  ///   - byteOffset: of the first byte that `source` gives, at which a record begins.
  public init(policy: DamagePolicy = .strict, startingAt byteOffset: Int, source: @escaping () throws -> [UInt8]) {
    decoder = StreamDecoder(policy: policy, startingAt: byteOffset)
    self.source = source
  }

  /// Goes on inside a stream, without an event for its header. Its token hash cannot be checked.
  public init(
    policy: DamagePolicy = .strict, resuming position: StreamPosition, source: @escaping () throws -> [UInt8]
  ) {
    decoder = StreamDecoder(policy: policy, resuming: position)
    self.source = source
  }

  /// Reads from an array.
  public init(_ bytes: [UInt8], policy: DamagePolicy = .strict) {
    var rest: [UInt8]? = bytes
    self.init(policy: policy) {
      defer { rest = nil }
      return rest ?? []
    }
  }

  /// Of the stream that the last header opened.
  public var statistics: StreamStatistics { decoder.statistics }

  /// The next event, or `nil` at the end of the input.
  ///
  /// - Throws: `BitstreamError` as `StreamDecoder.next()` does, and whatever the source throws.
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

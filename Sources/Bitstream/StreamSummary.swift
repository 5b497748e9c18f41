/// Summary of one complete stream, without its tokens.
public struct StreamSummary: Equatable, Sendable {
  /// Header of the stream, with its tags.
  public let header: StreamHeader
  /// Trailer of the stream.
  public let trailer: StreamTrailer
  /// Byte and token counts of the stream.
  public let statistics: StreamStatistics
  /// Frames of all blocks, counted from the beginning of the recording; empty for a stream without blocks.
  public let frames: Range<Int>

  /// Verifies all streams of an input without decoding audio: all checksums, all fields, the range of each token and
  /// the token hash of each stream.
  ///
  /// - Parameter source: Closure that returns the next chunk of the input; an empty array at the end.
  /// - Returns: One summary for each stream, in the order of the input.
  /// - Throws: `BitstreamError` at the first fault, `ReadingBudgetError`, or the error of the source.
  public static func verify(source: @escaping () throws -> [UInt8]) throws -> [StreamSummary] {
    var summaries: [StreamSummary] = []
    try verify(source: source) { summaries.append($0) }
    return summaries
  }

  /// Verifies all streams of an input, as `verify(source:)`, in memory that does not depend on the number of streams.
  ///
  /// - Parameters:
  ///   - source: Closure that returns the next chunk of the input; an empty array at the end.
  ///   - visit: Closure that is called with the summary of each stream, in the order of the input.
  /// - Throws: `BitstreamError` at the first fault, `ReadingBudgetError`, or the error of a closure.
  public static func verify(
    source: @escaping () throws -> [UInt8], visit: (StreamSummary) throws -> Void
  ) throws {
    var reader = StreamReader(source: source)
    var header: StreamHeader?
    var frames: Range<Int>?
    while let event = try reader.next() {
      switch event {
      case .header(let found):
        header = found
        frames = nil
      case .block(let block):
        frames = (frames?.lowerBound ?? block.firstFrame)..<block.frames.upperBound
      case .trailer(let trailer):
        guard let header else { preconditionFailure("a trailer without a header") }
        try visit(
          StreamSummary(header: header, trailer: trailer, statistics: reader.statistics, frames: frames ?? 0..<0))
      case .damage(let damage): throw damage.reason
      }
    }
  }

  /// Verifies all streams of an array, as `verify(source:)`.
  ///
  /// - Throws: `BitstreamError` at the first fault, or `ReadingBudgetError`.
  public static func verify(_ bytes: [UInt8]) throws -> [StreamSummary] {
    var rest: [UInt8]? = bytes
    return try verify {
      defer { rest = nil }
      return rest ?? []
    }
  }
}

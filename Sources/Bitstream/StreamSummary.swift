/// What one complete stream holds, its tokens apart.
public struct StreamSummary: Equatable, Sendable {
  public let header: StreamHeader
  public let trailer: StreamTrailer
  public let statistics: StreamStatistics
  /// The frames covered, by absolute number; empty for a stream without blocks.
  public let frames: Range<Int>

  /// Reads all streams of `source` to the end and checks every checksum, every field, every token's range and the
  /// token hash of each stream, without decoding audio.
  ///
  /// - Parameter source: The next bytes; empty at the end of the input.
  /// - Throws: `BitstreamError` at the first fault, and whatever the source throws.
  public static func verify(source: @escaping () throws -> [UInt8]) throws -> [StreamSummary] {
    var reader = StreamReader(source: source)
    var summaries: [StreamSummary] = []
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
        summaries.append(
          StreamSummary(header: header, trailer: trailer, statistics: reader.statistics, frames: frames ?? 0..<0))
      case .damage(let damage): throw damage.reason
      }
    }
    return summaries
  }

  /// `verify(source:)` for an array.
  public static func verify(_ bytes: [UInt8]) throws -> [StreamSummary] {
    var rest: [UInt8]? = bytes
    return try verify {
      defer { rest = nil }
      return rest ?? []
    }
  }
}

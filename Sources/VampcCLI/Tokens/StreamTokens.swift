import Bitstream
import Tokens

/// Complete stream in memory: header, blocks with tokens, and trailer.
struct StreamTokens: Equatable {
  var header: StreamHeader
  /// Consecutive blocks, in order.
  var blocks: [StreamBlock] = []
  /// Length in samples per channel, at the sample rate of the source.
  var sampleCount = 0
  /// CRC-32 over all kept tokens, which the trailer holds; nil while unknown.
  var tokenHash: UInt32?
  /// Whether the header stands in a record of its own in front of the first block's record, as in streams from pipes.
  var hasHeaderRecord = false
  /// Whether the trailer stands in a record of its own behind the last block's record, as in streams from pipes.
  var hasTrailerRecord = false

  /// Largest number of tokens in a token array, masked tokens and all channels included: 93 hours of one channel with
  /// the default codec.
  static let tokenLimit = 1 << 28

  var firstFrame: Int { blocks.first?.firstFrame ?? 0 }
  var frameCount: Int { (blocks.last?.frames.upperBound ?? 0) - firstFrame }

  init(header: StreamHeader) { self.header = header }

  /// Writes the stream as its encoder wrote it: with the same blocks, and with header and trailer in the same records.
  ///
  /// - Returns: Numbers of bytes by purpose, and of frames and tokens.
  /// - Throws: `BitstreamError.unencodable` for a value outside the format's limits, and errors of `write`.
  func encode(write: ([UInt8]) throws -> Void) throws -> StreamStatistics {
    var encoder = try StreamEncoder(header: header)
    if hasHeaderRecord { try write(encoder.start()) }
    for (index, block) in blocks.enumerated() {
      let carriesTrailer = index == blocks.count - 1 && !hasTrailerRecord
      try write(try encoder.encode(block, endingAt: carriesTrailer ? sampleCount : nil))
    }
    if !encoder.hasEnded { try write(try encoder.finish(sampleCount: sampleCount)) }
    return encoder.statistics
  }
}

extension StreamTokens {
  /// Reads an input to its end and keeps one of its streams.
  ///
  /// - Parameters:
  ///   - source: Closure that returns the next bytes; an empty array at the end of the input.
  ///   - number: Number of the stream, 1 for the first; nil for the only stream of the input.
  /// - Throws: `BitstreamError` at the first fault of any stream, `ReadingBudgetError`, `TokenFileError`, and errors of
  ///   `source`.
  init(source: @escaping () throws -> [UInt8], number: Int?) throws {
    var reader = StreamReader(source: source)
    var wanted: StreamTokens?
    var streamCount = 0
    while let event = try reader.next() {
      if case .header = event { streamCount += 1 }
      guard streamCount == number ?? 1 else { continue }
      // The statistics already count the whole record that the event comes from.
      let statistics = reader.statistics
      switch event {
      case .header(let header):
        wanted = StreamTokens(header: header)
        wanted?.hasHeaderRecord = statistics.blockCount == 0 && statistics.trailerByteCount == 0
        wanted?.hasTrailerRecord = statistics.trailerByteCount == 0
      case .block(let block):
        try wanted?.append(block)
        if statistics.trailerByteCount > 0 { wanted?.hasTrailerRecord = false }
      case .trailer(let trailer):
        wanted?.sampleCount = trailer.sampleCount
        wanted?.tokenHash = trailer.tokenHash
      case .damage(let damage): throw damage.reason
      }
    }
    if number == nil, streamCount > 1 { throw TokenFileError.severalStreams(count: streamCount) }
    guard let wanted else { throw TokenFileError.noSuchStream(number: number ?? 1, count: streamCount) }
    self = wanted
  }

  private mutating func append(_ block: StreamBlock) throws {
    blocks.append(block)
    let (rows, frames) = (header.codedChannelCount * header.geometry.codebookCount, frameCount)
    guard frames <= Self.tokenLimit / rows else {
      throw TokenFileError.tooLarge(tokenCount: rows * frames, allowed: Self.tokenLimit)
    }
  }
}

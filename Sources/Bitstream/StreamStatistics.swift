import Tokens

/// Byte and token counts of a stream, by purpose.
public struct StreamStatistics: Equatable, Sendable {
  /// Bytes of all copies of the header.
  public internal(set) var headerByteCount = 0
  /// Bytes of sync patterns, kinds, lengths, checksums, silence records and the fields of blocks before the payload.
  public internal(set) var framingByteCount = 0
  /// Bytes of all payloads: tokens after entropy coding.
  public internal(set) var payloadByteCount = 0
  /// Bytes of the trailer section.
  public internal(set) var trailerByteCount = 0
  /// Bytes of ancillary records, such as tags, with framing; intact silence records do not count.
  public internal(set) var ancillaryByteCount = 0
  /// Bytes of damage: bytes without an intact record, and intact records with invalid content.
  public internal(set) var damagedByteCount = 0
  /// Number of kept tokens in intact blocks, all channels counted.
  public internal(set) var tokenCount = 0
  /// Number of bits of the kept tokens in intact blocks before entropy coding, all channels counted.
  public internal(set) var tokenBitCount = 0
  /// Number of frames in intact blocks.
  public internal(set) var frameCount = 0
  /// Number of intact blocks.
  public internal(set) var blockCount = 0
  /// Number of digitally silent samples per channel, as the silence records of intact blocks state them.
  public internal(set) var silentSampleCount = 0
  /// Number of frames in lost blocks (`StreamBlock.isLost(from:)`).
  public internal(set) var lostFrameCount = 0

  /// Creates statistics with all counts 0.
  public init() {}

  /// Number of bytes of the stream: the sum of all byte counts, damage included.
  public var byteCount: Int {
    headerByteCount + framingByteCount + payloadByteCount + trailerByteCount + ancillaryByteCount + damagedByteCount
  }

  /// Bytes beyond the bits of the kept tokens, without ancillary records; negative if entropy coding saves more than
  /// the container costs.
  public var overheadByteCount: Double { Double(byteCount - ancillaryByteCount) - Double(tokenBitCount) / 8 }

  /// `overheadByteCount` divided by the bytes of the kept tokens; 0 without tokens.
  public var overheadShare: Double {
    tokenBitCount == 0 ? 0 : overheadByteCount * 8 / Double(tokenBitCount)
  }

  /// Returns the bitrate of the stream without ancillary records, in bit/s; 0 if `durationSeconds` is not positive.
  public func rateBps(durationSeconds: Double) -> Double {
    durationSeconds > 0 ? Double(byteCount - ancillaryByteCount) * 8 / durationSeconds : 0
  }

  /// Returns the bitrate of the kept tokens before entropy coding, in bit/s; 0 if `durationSeconds` is not positive.
  public func tokenRateBps(durationSeconds: Double) -> Double {
    durationSeconds > 0 ? Double(tokenBitCount) / durationSeconds : 0
  }

  mutating func add(_ block: StreamBlock, header: StreamHeader, payloadByteCount: Int) {
    let count = block.keptTokenCount
    self.payloadByteCount += payloadByteCount
    tokenCount += count
    tokenBitCount += count * header.geometry.bitsPerToken
    frameCount += block.frameCount
    blockCount += 1
    silentSampleCount += block.silence.reduce(0) { $0 + $1.count }
    if block.isLost(from: header.prompt) { lostFrameCount += block.frameCount }
  }

  mutating func add(_ other: StreamStatistics) {
    headerByteCount += other.headerByteCount
    framingByteCount += other.framingByteCount
    payloadByteCount += other.payloadByteCount
    trailerByteCount += other.trailerByteCount
    ancillaryByteCount += other.ancillaryByteCount
    damagedByteCount += other.damagedByteCount
    tokenCount += other.tokenCount
    tokenBitCount += other.tokenBitCount
    frameCount += other.frameCount
    blockCount += other.blockCount
    silentSampleCount += other.silentSampleCount
    lostFrameCount += other.lostFrameCount
  }
}

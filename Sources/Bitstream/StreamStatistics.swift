import Tokens

/// What the bytes of a stream are spent on.
public struct StreamStatistics: Equatable, Sendable {
  /// All copies of the header.
  public internal(set) var headerByteCount = 0
  /// Sync patterns, lengths, checksums, and the blocks' frame numbers, gains and codings.
  public internal(set) var framingByteCount = 0
  /// Tokens, after entropy coding.
  public internal(set) var payloadByteCount = 0
  public internal(set) var trailerByteCount = 0
  /// Tags and other records that decoding does not need, framing included.
  public internal(set) var ancillaryByteCount = 0
  /// Bytes that no intact record was found in.
  public internal(set) var damagedByteCount = 0
  /// Kept tokens of all channels.
  public internal(set) var tokenCount = 0
  /// Bits of these tokens before entropy coding.
  public internal(set) var tokenBitCount = 0
  /// Frames covered by intact blocks.
  public internal(set) var frameCount = 0
  public internal(set) var blockCount = 0
  /// Frames of blocks that keep nothing though the stream's period asks for tokens.
  public internal(set) var lostFrameCount = 0

  public init() {}

  /// All bytes of the stream.
  public var byteCount: Int {
    headerByteCount + framingByteCount + payloadByteCount + trailerByteCount + ancillaryByteCount + damagedByteCount
  }

  /// Bytes beyond those of the bare tokens, tags apart; negative where entropy coding saves more than the rest costs.
  public var overheadByteCount: Double { Double(byteCount - ancillaryByteCount) - Double(tokenBitCount) / 8 }

  /// `overheadByteCount` as a share of the bare tokens; 0 without tokens.
  public var overheadShare: Double {
    tokenBitCount == 0 ? 0 : overheadByteCount * 8 / Double(tokenBitCount)
  }

  /// Bits per second of everything but tags; 0 when `durationSeconds` is not positive.
  public func rateBps(durationSeconds: Double) -> Double {
    durationSeconds > 0 ? Double(byteCount - ancillaryByteCount) * 8 / durationSeconds : 0
  }

  /// Bits per second of the bare tokens; 0 when `durationSeconds` is not positive.
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
    lostFrameCount += other.lostFrameCount
  }
}

public import Tokens

/// Number of frames in a block, chosen by the rate of the stream (`formats/container.md`, section 8).
public enum BlockLength {
  /// Bytes of packed tokens in a block at `slowRateBps` and below. At 50 bit/s three minutes are one block. Framing and
  /// a copy of the header take about 35 bytes a block, 3 % of the payload.
  static let smallestPayloadByteCount = 1_152.0
  /// Rate in bit/s at and below which blocks have the smallest payload.
  static let slowRateBps = 50.0
  /// Bytes of packed tokens in a block at 1 kbit/s and above, so that framing costs less than 1 %.
  static let largestPayloadByteCount = 5_120.0

  /// Returns the number of frames per block, at least 1: a multiple of the prompt's period where the size limit of a
  /// record and the latency allow a whole period.
  ///
  /// The payload is 1 152 bytes at 50 bit/s and below, and 5 120 bytes at 1 kbit/s and above. Between these rates the
  /// payload grows with the square root of the rate. Framing then costs 3 % at 50 bit/s and 0.7 % at 1 kbit/s. Blocks
  /// become shorter in time as the rate rises. For a prompt of period 0, only the limits count.
  ///
  /// - Parameters:
  ///   - prompt: Periodic part of the keep mask.
  ///   - geometry: Token geometry of the codec.
  ///   - channelCount: Number of coded channels.
  ///   - latencySeconds: Upper bound of a block's duration in seconds; `nil` for none.
  ///   - totalFrameCount: Frames of the whole stream, if known. Blocks then have nearly equal lengths, at most half
  ///     longer than otherwise, so that the stream has no short last block.
  ///   - hasBlockMasks: Whether blocks may keep tokens outside `prompt`, up to all tokens. The result is then limited
  ///     so that a block fits a record even if it keeps all tokens. The caller ends a block earlier when `isFull`
  ///     returns true.
  public static func frames(
    for prompt: CompressionPrompt, geometry: TokenGeometry, channelCount: Int, latencySeconds: Double? = nil,
    totalFrameCount: Int? = nil, hasBlockMasks: Bool = false
  ) -> Int {
    let period = max(1, prompt.period)
    var limit = StreamLimits.blockTokenCount / (geometry.codebookCount * channelCount)
    if hasBlockMasks { limit = min(limit, keepingAllLimit(geometry: geometry, channelCount: channelCount)) }
    limit = max(1, limit)
    var frameCount = Double(limit)
    if prompt.period > 0 {
      frameCount = min(frameCount, wishedFrames(for: prompt, geometry: geometry, channelCount: channelCount))
    }
    if let latencySeconds { frameCount = min(frameCount, (latencySeconds * geometry.frameRateHz).rounded(.down)) }
    let usual = wholePeriods(max(1, Int(frameCount)), period)
    guard let totalFrameCount, totalFrameCount > 0 else { return usual }

    let ratio = Double(totalFrameCount) / Double(usual)
    let blockCount = max(1, Int(ratio.rounded(latencySeconds == nil ? .toNearestOrAwayFromZero : .up)))
    let share = (totalFrameCount + blockCount - 1) / blockCount
    let rounded = (share + period - 1) / period * period
    return min(rounded, latencySeconds == nil ? max(usual, wholePeriods(limit, period)) : usual)
  }

  /// Returns whether the payload of a block has reached the size that suits the block's own bitrate.
  ///
  /// - Parameters:
  ///   - tokenCount: Kept tokens of all channels in the block.
  ///   - frameCount: Frames of the block, at least 1.
  ///   - geometry: Token geometry of the codec.
  public static func isFull(tokenCount: Int, frameCount: Int, geometry: TokenGeometry) -> Bool {
    let bitCount = Double(tokenCount * geometry.bitsPerToken)
    return bitCount / 8 >= payloadByteCount(forRateBps: bitCount * geometry.frameRateHz / Double(frameCount))
  }

  private static func payloadByteCount(forRateBps rateBps: Double) -> Double {
    let wish = smallestPayloadByteCount * (rateBps / slowRateBps).squareRoot()
    return min(max(wish, smallestPayloadByteCount), largestPayloadByteCount)
  }

  /// Returns the number of frames that fit a record in the worst case: all tokens are kept, and the mask takes one byte
  /// for each codebook of each frame. 4 096 bytes are reserved for all other fields.
  private static func keepingAllLimit(geometry: TokenGeometry, channelCount: Int) -> Int {
    let bitsPerFrame = geometry.codebookCount * (8 + geometry.bitsPerToken * channelCount)
    return (StreamLimits.bodyByteCount - 4_096) * 8 / bitsPerFrame
  }

  private static func wishedFrames(
    for prompt: CompressionPrompt, geometry: TokenGeometry, channelCount: Int
  ) -> Double {
    let bitsPerKeptFrame = Double(prompt.codebookCount * geometry.bitsPerToken * channelCount)
    let rateBps = geometry.tokenRateBps(of: prompt) * Double(channelCount)
    let payloadBitCount = payloadByteCount(forRateBps: rateBps) * 8
    return max(1, (payloadBitCount / max(bitsPerKeptFrame, 1)).rounded(.down)) * Double(prompt.period)
  }

  /// Returns `frameCount` rounded down to a multiple of `period`, or `frameCount` itself where that multiple would be
  /// 0.
  private static func wholePeriods(_ frameCount: Int, _ period: Int) -> Int {
    frameCount < period ? frameCount : frameCount - frameCount % period
  }
}

public import Tokens

/// How many frames go into a block.
public enum BlockLength {
  /// Bytes of packed tokens in a block at `slowRateBps` and below: three minutes at 50 bit/s are one block, and the 35
  /// bytes or so around each (with its copy of the header) cost 3 %.
  static let smallestPayloadByteCount = 1_152.0
  static let slowRateBps = 50.0
  /// Reached from 1 kbit/s on, where what surrounds a block must cost less than 1 %.
  static let largestPayloadByteCount = 5_120.0

  /// Frames per block: the payload grows with the square root of the rate between the two bounds, so that the cost of
  /// framing falls from 3 % at 50 bit/s to 0.7 % at 1 kbit/s while blocks get shorter in time.
  ///
  /// A multiple of the prompt's period where the limits allow it; at least 1.
  ///
  /// - Parameters:
  ///   - latencySeconds: Blocks last no longer than this, whatever it costs.
  ///   - totalFrameCount: Frames of the whole stream, where known: blocks are then made of nearly equal length, up to
  ///     half longer than otherwise, so that no short last one has to be paid for.
  ///   - hasBlockMasks: Blocks may keep more than `prompt`, even everything: then they end when `isFull` says so, and
  ///     what is returned is the longest that the record's limit admits.
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

  /// Whether a block whose tokens are not evenly spread is as large as suits its own rate.
  ///
  /// - Parameters:
  ///   - tokenCount: Kept tokens of all channels in it.
  ///   - frameCount: Frames that it covers, at least 1.
  public static func isFull(tokenCount: Int, frameCount: Int, geometry: TokenGeometry) -> Bool {
    let bitCount = Double(tokenCount * geometry.bitsPerToken)
    return bitCount / 8 >= payloadByteCount(forRateBps: bitCount * geometry.frameRateHz / Double(frameCount))
  }

  private static func payloadByteCount(forRateBps rateBps: Double) -> Double {
    let wish = smallestPayloadByteCount * (rateBps / slowRateBps).squareRoot()
    return min(max(wish, smallestPayloadByteCount), largestPayloadByteCount)
  }

  /// Frames that fit into a record although all their tokens are kept and no two neighbours alike in that: runs of
  /// single tokens then take a byte for each.
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

  /// `frameCount` without what is over a multiple of `period`, unless that were nothing.
  private static func wholePeriods(_ frameCount: Int, _ period: Int) -> Int {
    frameCount < period ? frameCount : frameCount - frameCount % period
  }
}

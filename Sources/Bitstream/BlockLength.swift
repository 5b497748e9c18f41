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
  /// - Parameter latencySeconds: Blocks last no longer than this, whatever it costs.
  public static func frames(
    for prompt: CompressionPrompt, geometry: TokenGeometry, channelCount: Int, latencySeconds: Double? = nil
  ) -> Int {
    let bitsPerKeptFrame = Double(prompt.codebookCount * geometry.bitsPerToken * channelCount)
    let rateBps = geometry.tokenRateBps(of: prompt) * Double(channelCount)
    let wish = smallestPayloadByteCount * (rateBps / slowRateBps).squareRoot()
    let payloadByteCount = min(max(wish, smallestPayloadByteCount), largestPayloadByteCount)
    let keptFrameCount = max(1, (payloadByteCount * 8 / max(bitsPerKeptFrame, 1)).rounded(.down))

    let limit = max(1, StreamLimits.blockTokenCount / (geometry.codebookCount * channelCount))
    var frameCount = Int(min(keptFrameCount * Double(prompt.period), Double(limit)))
    if let latencySeconds {
      let cap = (max(latencySeconds, 0) * geometry.frameRateHz).rounded(.down)
      frameCount = max(1, Int(min(Double(frameCount), cap)))
    }
    return frameCount < prompt.period ? frameCount : frameCount - frameCount % prompt.period
  }
}

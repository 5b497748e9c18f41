public import Tokens
import VampNet

extension CompressionPrompt {
  /// Random phase of a periodic prompt in frames, which depends only on the period and the seed: in `0..<period`, or 0
  /// where the period is 0.
  public static func drawnPhase(period: Int, seed: UInt32) -> Int {
    let bits = CounterRandom(seed: seed).bits(.phase, frame: 0, codebook: 0, step: 0)
    return Int(UInt64(bits) * UInt64(period) >> 32)
  }
}

/// A counter-based random generator: each number is a function of its key and its place, not of what was drawn before.
///
/// Philox 4×32 with ten rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011; constants from
/// its reference implementation, Random123). So tokens do not depend on the order in which windows, threads or channels
/// draw.
public struct CounterRandom: Sendable {
  private let key: (UInt32, UInt32)

  /// What a number is drawn for.
  public enum Purpose: UInt32, Sendable {
    /// Which token is sampled.
    case token = 0
    /// The Gumbel noise on its confidence.
    case confidence = 1
    /// A token instead of an imagined one, in comparisons.
    case replacement = 2
  }

  public init(seed: UInt32) {
    key = (seed, 0x7661_6D70)  // "vamp"
  }

  /// Uniform in the open interval 0 ..< 1, with 24 random bits.
  ///
  /// - Parameters:
  ///   - frame: absolute frame of the recording.
  ///   - step: sampling step.
  public func uniform(_ purpose: Purpose, frame: Int, codebook: Int, step: Int) -> Float {
    (Float(bits(purpose, frame: frame, codebook: codebook, step: step) >> 8) + 0.5) * 0x1p-24
  }

  /// 32 random bits.
  public func bits(_ purpose: Purpose, frame: Int, codebook: Int, step: Int) -> UInt32 {
    let frame = UInt64(bitPattern: Int64(frame))
    return Self.philox(
      (
        UInt32(truncatingIfNeeded: frame), UInt32(truncatingIfNeeded: frame >> 32),
        UInt32(truncatingIfNeeded: codebook), UInt32(truncatingIfNeeded: step) << 8 | purpose.rawValue
      ), key: key
    ).0
  }

  package static func philox(
    _ counter: (UInt32, UInt32, UInt32, UInt32), key: (UInt32, UInt32)
  ) -> (UInt32, UInt32, UInt32, UInt32) {
    var (c, k) = (counter, key)
    for _ in 0..<10 {
      let first = UInt32(0xD251_1F53).multipliedFullWidth(by: c.0)
      let second = UInt32(0xCD9E_8D57).multipliedFullWidth(by: c.2)
      c = (second.high ^ c.1 ^ k.0, second.low, first.high ^ c.3 ^ k.1, first.low)
      k = (k.0 &+ 0x9E37_79B9, k.1 &+ 0xBB67_AE85)
    }
    return c
  }
}

public import Tokens

/// Counter-based random number generator: each number is a function of the seed, its purpose, frame, codebook and step.
///
/// Generated tokens therefore do not depend on the order in which windows, threads or channels draw numbers. The
/// generator is Philox 4×32 with ten rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011),
/// with the constants of its reference implementation, Random123.
public struct CounterRandom: Sendable {
  private let key: (UInt32, UInt32)
  private let largestUniform: Float

  /// Purpose of a random number; purposes have independent numbers.
  public enum Purpose: UInt32, Sendable {
    /// Draw of a token of a frame that is generated in parallel with other frames.
    case token = 0
    /// Gumbel noise on a token's confidence.
    case confidence = 1
    /// Random token in place of a generated token, for the fill `random`.
    case replacement = 2
    /// Choice of a token that is kept at random.
    case keep = 3
    /// Choice of a kept token that is masked again at random.
    case dropout = 4
    /// Phase of a periodic prompt.
    case phase = 5
    /// Draw of a token of a frame that is generated in order.
    case sequential = 6
  }

  /// Generator for a seed; the revision decides whether ``uniform(_:frame:codebook:step:)`` may return exactly 1.
  public init(seed: UInt32, revision: SamplerRevision = .second) {
    key = (seed, 0x7661_6D70)  // "vamp"
    largestUniform = revision == .first ? 1 : 1 - 0x1p-24
  }

  /// Uniform random number greater than 0 and at most 1, with 24 random bits.
  ///
  /// With the first sampler revision, one of the 2²⁴ values is exactly 1, because 1 − 2⁻²⁵ rounds up in single
  /// precision. Later revisions return 1 − 2⁻²⁴ in its place.
  ///
  /// - Parameters:
  ///   - purpose: Use of the number; each use has numbers of its own.
  ///   - frame: Absolute frame number.
  ///   - codebook: Codebook of the token, counted from codebook 0 of the codec.
  ///   - step: Sampling step, 0 for the first.
  public func uniform(_ purpose: Purpose, frame: Int, codebook: Int, step: Int) -> Float {
    min(largestUniform, (Float(bits(purpose, frame: frame, codebook: codebook, step: step) >> 8) + 0.5) * 0x1p-24)
  }

  /// Random number of 32 bits for a purpose, frame, codebook and step; see ``uniform(_:frame:codebook:step:)``.
  public func bits(_ purpose: Purpose, frame: Int, codebook: Int, step: Int) -> UInt32 {
    let frame = UInt64(bitPattern: Int64(frame))
    return Self.philox(
      (
        UInt32(truncatingIfNeeded: frame), UInt32(truncatingIfNeeded: frame >> 32),
        UInt32(truncatingIfNeeded: codebook), UInt32(truncatingIfNeeded: step) << 8 | purpose.rawValue
      ), key: key
    ).0
  }

  /// Computes Philox 4×32 with ten rounds.
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

/// Random number generator SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014),
/// reproducible by its seed.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64
  private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// Generator with the given seed; equal seeds give equal numbers.
  package init(seed: UInt64) { state = seed }

  /// Skips `count` calls of `next()`.
  mutating func skip(_ count: Int) { state &+= UInt64(count) &* Self.increment }

  /// Returns the next 64 random bits.
  package mutating func next() -> UInt64 {
    state &+= Self.increment
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// Draws the difference of two uniform numbers: triangular in −1...1 with variance 1/6.
  mutating func nextTriangular() -> Float {
    let bits = next()
    let scale: Float = 1 / 16_777_216  // A Float represents integers of 24 bits exactly.
    return (Float(bits >> 40) - Float((bits >> 8) & 0xFF_FFFF)) * scale
  }
}

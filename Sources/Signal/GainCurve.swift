import Glibc

/// The gain over one block of a piped stream: linear in dB from one quantised gain to the next.
///
/// At sample `i` of the block, `0 ≤ i < sampleCount`, the gain in dB is `start + (end − start) · i / sampleCount`:
/// `start` applies to the first sample, `end` would apply to the first sample of the following block, whose curve
/// begins there. Encoder and decoder build the same curve from the two integers and the nominal block length, the
/// last block of a stream included, however short it is.
///
/// Factors depend on the index of a sample in its block alone, so a block may be processed in pieces of any size.
public struct GainCurve: Equatable, Sendable {
  public let start: QuantisedGain
  public let end: QuantisedGain
  /// Nominal length of the block in samples.
  public let sampleCount: Int

  /// - Precondition: `sampleCount` is positive.
  public init(start: QuantisedGain, end: QuantisedGain, sampleCount: Int) {
    precondition(sampleCount > 0, "gain curve over no samples")
    self.start = start
    self.end = end
    self.sampleCount = sampleCount
  }

  /// One gain throughout.
  public init(constant gain: QuantisedGain, sampleCount: Int) {
    self.init(start: gain, end: gain, sampleCount: sampleCount)
  }

  /// Gain in dB at a sample of the block.
  public func decibels(at index: Int) -> Double {
    start.decibels + (end.decibels - start.decibels) * Double(index) / Double(sampleCount)
  }

  /// Multiplies samples by the curve; sample 0 of `block` is sample `offset` of the curve's block.
  ///
  /// - Precondition: the samples lie within the curve.
  public func apply(to block: inout AudioBuffer, offset: Int = 0) {
    multiply(&block, offset: offset, sign: 1)
  }

  /// Undoes ``apply(to:offset:)`` to within single-precision rounding.
  ///
  /// - Precondition: the samples lie within the curve.
  public func remove(from block: inout AudioBuffer, offset: Int = 0) {
    multiply(&block, offset: offset, sign: -1)
  }

  /// Samples that share one exact exponential; within a group factors come from a table of ratios.
  private static let groupLength = 256

  private func multiply(_ block: inout AudioBuffer, offset: Int, sign: Double) {
    let count = block.sampleCount
    precondition(offset >= 0 && offset + count <= sampleCount, "samples outside the gain curve")
    if start == end {
      block.multiply(by: sign > 0 ? start.factor : start.inverseFactor)
      return
    }
    let slope = (end.decibels - start.decibels) / Double(sampleCount)
    let ratios = (0..<Self.groupLength).map { Float(pow(10, sign * slope * Double($0) / 20)) }
    var position = 0
    while position < count {
      let index = offset + position
      let phase = index % Self.groupLength
      let length = min(Self.groupLength - phase, count - position)
      let base = Float(pow(10, sign * decibels(at: index - phase) / 20))
      for channel in block.channels.indices {
        for step in 0..<length { block.channels[channel][position + step] *= base * ratios[phase + step] }
      }
      position += length
    }
  }
}

import Glibc
public import Tokens

/// Gain over one block of a piped stream: linear in dB from one quantised gain to the next.
///
/// The gain at sample `i`, `0 ≤ i < sampleCount`, is `start + (end − start) · i / sampleCount` in dB. `start` applies
/// to the first sample of the block, `end` to the first sample of the next block. Encoder and decoder build equal
/// curves from the two stored gains and the nominal block length. The last block of a stream uses the nominal length,
/// too.
///
/// A factor depends only on the sample's index in its block, so a block may be processed in chunks of any size.
public struct GainCurve: Equatable, Sendable {
  /// Gain at the first sample of the block.
  public let start: Gain
  /// Gain at the first sample of the next block.
  public let end: Gain
  /// Nominal length of the block in samples.
  public let sampleCount: Int

  /// Curve from `start` to `end`.
  ///
  /// - Precondition: `sampleCount` is positive.
  public init(start: Gain, end: Gain, sampleCount: Int) {
    precondition(sampleCount > 0, "gain curve over no samples")
    self.start = start
    self.end = end
    self.sampleCount = sampleCount
  }

  /// Curve with the same gain at all samples of the block.
  public init(constant gain: Gain, sampleCount: Int) {
    self.init(start: gain, end: gain, sampleCount: sampleCount)
  }

  /// Gain in dB at sample `index` of the block.
  public func decibels(at index: Int) -> Double {
    start.decibels + (end.decibels - start.decibels) * Double(index) / Double(sampleCount)
  }

  /// Multiplies samples by the gain.
  ///
  /// - Parameters:
  ///   - audio: Samples of the block, from any sample on.
  ///   - offset: Index of the buffer's first sample, counted from the beginning of the block.
  /// - Precondition: all samples are inside the block.
  public func apply(to audio: inout AudioBuffer, offset: Int = 0) {
    multiply(&audio, offset: offset, sign: 1)
  }

  /// Divides samples by the gain: undoes ``apply(to:offset:)`` to within single-precision rounding.
  ///
  /// - Parameters:
  ///   - audio: Samples of the block, from any sample on.
  ///   - offset: Index of the buffer's first sample, counted from the beginning of the block.
  /// - Precondition: all samples are inside the block.
  public func remove(from audio: inout AudioBuffer, offset: Int = 0) {
    multiply(&audio, offset: offset, sign: -1)
  }

  /// Number of samples of a group. The factor of a group's first sample is computed by `pow`, and the other factors
  /// follow from it by a table of ratios.
  private static let groupLength = 256

  private func multiply(_ audio: inout AudioBuffer, offset: Int, sign: Double) {
    let count = audio.sampleCount
    precondition(offset >= 0 && offset + count <= sampleCount, "samples outside the gain curve")
    if start == end {
      audio.multiply(by: sign > 0 ? start.factor : start.inverseFactor)
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
      for channel in audio.channels.indices {
        for step in 0..<length { audio.channels[channel][position + step] *= base * ratios[phase + step] }
      }
      position += length
    }
  }
}

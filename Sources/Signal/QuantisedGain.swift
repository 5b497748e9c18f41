import Glibc

/// Gain in hundredths of a decibel, as streams store it.
///
/// 0 dB multiplies by exactly 1. ``factor`` and ``inverseFactor`` depend on the integer alone.
public struct QuantisedGain: Equatable, Hashable, Sendable {
  /// Range of ``hundredthsDB``, ±327.67 dB: the symmetric part of a signed 16-bit field.
  public static let hundredthsDBRange = -32_767...32_767
  /// Gain of 0 dB.
  public static let unity = QuantisedGain(hundredthsDB: 0)

  /// Gain in hundredths of a decibel.
  public let hundredthsDB: Int

  /// Gain of the given hundredths of a decibel, clamped to ``hundredthsDBRange``.
  public init(hundredthsDB: Int) {
    self.hundredthsDB = min(max(hundredthsDB, Self.hundredthsDBRange.lowerBound), Self.hundredthsDBRange.upperBound)
  }

  /// Gain nearest to `decibels` that does not exceed `ceilingDB`, clamped to ``hundredthsDBRange``.
  ///
  /// - Parameter decibels: Wanted gain in dB; NaN counts as 0 dB.
  public init(decibels: Double, ceilingDB: Double = .infinity) {
    let limits = Double(Self.hundredthsDBRange.lowerBound)...Double(Self.hundredthsDBRange.upperBound)
    func clamped(_ value: Double) -> Double { min(max(value, limits.lowerBound), limits.upperBound) }
    guard !decibels.isNaN else {
      self.init(hundredthsDB: Int(clamped((min(0, ceilingDB) * 100).rounded(.down))))
      return
    }
    let wanted = (decibels * 100).rounded()
    self.init(hundredthsDB: Int(clamped(min(wanted, (ceilingDB * 100).rounded(.down)))))
  }

  /// Gain in dB.
  public var decibels: Double { Double(hundredthsDB) / 100 }
  /// Factor by which the encoder multiplies samples.
  public var factor: Float { Float(pow(10, decibels / 20)) }
  /// Factor by which the decoder multiplies samples to restore their loudness.
  public var inverseFactor: Float { Float(pow(10, -decibels / 20)) }

  /// Multiplies samples by ``factor``.
  public func apply(to block: inout AudioBuffer) { block.multiply(by: factor) }

  /// Multiplies samples by ``inverseFactor``: undoes ``apply(to:)`` to within single-precision rounding.
  public func remove(from block: inout AudioBuffer) { block.multiply(by: inverseFactor) }

  /// Power ratio of `decibels`.
  static func power(decibels: Double) -> Double { pow(10, decibels / 10) }

  /// Decibels of a power ratio.
  static func decibels(power: Double) -> Double { 10 * log10(power) }
}

extension AudioBuffer {
  /// Multiplies all samples of all channels by `factor`.
  mutating func multiply(by factor: Float) {
    guard factor != 1 else { return }
    for channel in channels.indices {
      for index in channels[channel].indices { channels[channel][index] *= factor }
    }
  }
}

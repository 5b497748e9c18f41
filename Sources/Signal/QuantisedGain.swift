import Glibc

/// A gain in hundredths of a decibel, as streams store it.
///
/// 0 dB multiplies by exactly 1. ``factor`` and ``inverseFactor`` are computed from the integer alone.
public struct QuantisedGain: Equatable, Hashable, Sendable {
  /// Range of ``hundredthsDB``: what a signed 16-bit field holds, ±327.67 dB.
  public static let hundredthsDBRange = -32_767...32_767
  /// 0 dB.
  public static let unity = QuantisedGain(hundredthsDB: 0)

  public let hundredthsDB: Int

  /// Values out of ``hundredthsDBRange`` are moved to its nearest end.
  public init(hundredthsDB: Int) {
    self.hundredthsDB = min(max(hundredthsDB, Self.hundredthsDBRange.lowerBound), Self.hundredthsDBRange.upperBound)
  }

  /// The nearest gain, at most `ceilingDB`: rounding never passes the ceiling.
  ///
  /// NaN counts as 0 dB.
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

  public var decibels: Double { Double(hundredthsDB) / 100 }
  /// What the encoder multiplies samples by.
  public var factor: Float { Float(pow(10, decibels / 20)) }
  /// What the decoder multiplies samples by to restore their level.
  public var inverseFactor: Float { Float(pow(10, -decibels / 20)) }

  /// Brings samples to the codec's level.
  public func apply(to block: inout AudioBuffer) { block.multiply(by: factor) }

  /// Restores the original level.
  public func remove(from block: inout AudioBuffer) { block.multiply(by: inverseFactor) }

  /// Power ratio of a level difference.
  static func power(decibels: Double) -> Double { pow(10, decibels / 10) }

  /// Level difference of a power ratio.
  static func decibels(power: Double) -> Double { 10 * log10(power) }
}

extension AudioBuffer {
  /// Multiplies every sample of every channel; by exactly 1 it changes nothing.
  mutating func multiply(by factor: Float) {
    guard factor != 1 else { return }
    for channel in channels.indices {
      for index in channels[channel].indices { channels[channel][index] *= factor }
    }
  }
}

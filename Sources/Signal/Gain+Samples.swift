import Glibc
public import Tokens

extension Gain {
  /// Gain nearest to `decibels` that does not exceed `ceilingDB`, clamped to `hundredthsDBRange`.
  ///
  /// - Parameters:
  ///   - decibels: Wanted gain in dB; NaN counts as 0 dB.
  ///   - ceilingDB: Highest gain in dB.
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

  /// Factor by which the encoder multiplies samples.
  public var factor: Float { Float(pow(10, decibels / 20)) }
  /// Factor by which the decoder multiplies samples to restore their loudness.
  public var inverseFactor: Float { Float(pow(10, -decibels / 20)) }

  /// Multiplies samples by ``factor``.
  public func apply(to audio: inout AudioBuffer) { audio.multiply(by: factor) }

  /// Multiplies samples by ``inverseFactor``: undoes ``apply(to:)`` to within single-precision rounding.
  public func remove(from audio: inout AudioBuffer) { audio.multiply(by: inverseFactor) }

  /// Power ratio that equals `decibels`: 10^(decibels / 10).
  static func power(decibels: Double) -> Double { pow(10, decibels / 10) }

  /// Decibels that equal a power ratio: 10 · log₁₀(power).
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

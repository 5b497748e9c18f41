/// Gain in hundredths of a decibel, as streams store it.
///
/// A whole number determines the gain, so that encoder and decoder compute the same factor.
public struct Gain: Equatable, Hashable, Sendable {
  /// Range of ``hundredthsDB``, −327.68 to 327.67 dB: the range of the container's signed 16-bit field.
  public static let hundredthsDBRange = -32_768...32_767
  /// 0 dB, which multiplies by exactly 1.
  public static let unity = Gain(hundredthsDB: 0)

  /// Gain in hundredths of a decibel, within ``hundredthsDBRange``.
  public let hundredthsDB: Int

  /// Gain of a whole number of hundredths of a decibel. Values outside ``hundredthsDBRange`` become the nearest end of
  /// the range.
  public init(hundredthsDB: Int) {
    self.hundredthsDB = min(max(hundredthsDB, Self.hundredthsDBRange.lowerBound), Self.hundredthsDBRange.upperBound)
  }

  /// Gain in decibels.
  public var decibels: Double { Double(hundredthsDB) / 100 }
}

import Tokens

/// Coding of sampler settings (`formats/container.md`, section 3): a registered number, or 10 bytes.
extension StreamHeader {
  private static let stepCounts = 1...255
  private static let temperatures = 0...65_535
  private static let percentages = 1...100

  /// Returns the registered number of the sampler settings, seed excluded, or the number for spelled-out settings.
  ///
  /// - Throws: `BitstreamError.unencodable` if a setting is out of range, `.unencodableSampler` if a value has more
  ///   than two decimals or belongs to another sampler than VampNet's.
  func samplerID() throws -> Int {
    if case .explicit(let settings) = sampler {
      try Self.requireEncodableSampler(settings)
      guard settings.isEncodable else { throw BitstreamError.unencodableSampler }
    }
    return StreamRegistry.samplers.firstIndex(of: sampler.withSeed(0)) ?? StreamRegistry.spelledOutSampler
  }

  private static func requireEncodableSampler(_ settings: SamplerSettings) throws {
    try requireEncodable("coarse steps", settings.coarseStepCount, stepCounts)
    try requireEncodable("fine steps", settings.fineStepCount, stepCounts)
    try requireEncodable("temperature", hundredths(settings.temperature), temperatures)
    try requireEncodable("fine temperature", hundredths(settings.fineTemperature), temperatures)
    try requireEncodable("mask temperature", hundredths(settings.maskTemperature), temperatures)
    try requireEncodable("top p", hundredths(settings.topP), percentages)
    try requireEncodable("typical mass", hundredths(settings.typicalMass), percentages)
  }

  /// Writes explicit sampler settings, without the seed.
  static func write(_ sampler: SamplerChoice, to writer: inout ByteWriter) {
    guard case .explicit(let settings) = sampler else { preconditionFailure("a default is not spelled out") }
    writer.byte(settings.coarseStepCount)
    writer.byte(settings.fineStepCount)
    writer.fixed(hundredths(settings.temperature), byteCount: 2)
    writer.fixed(hundredths(settings.fineTemperature), byteCount: 2)
    writer.fixed(hundredths(settings.maskTemperature), byteCount: 2)
    writer.byte(hundredths(settings.topP))
    writer.byte(hundredths(settings.typicalMass))
  }

  static func readSampler(from reader: inout ByteReader) throws -> SamplerSettings {
    SamplerSettings(
      coarseStepCount: try reader.fixed(1, "coarse steps", in: stepCounts),
      fineStepCount: try reader.fixed(1, "fine steps", in: stepCounts),
      temperature: Double(try reader.fixed(2, "temperature", in: temperatures)) / 100,
      fineTemperature: Double(try reader.fixed(2, "fine temperature", in: temperatures)) / 100,
      maskTemperature: Double(try reader.fixed(2, "mask temperature", in: temperatures)) / 100,
      topP: Double(try reader.fixed(1, "top p", in: percentages)) / 100,
      typicalMass: Double(try reader.fixed(1, "typical mass", in: percentages)) / 100)
  }
}

/// Converts to hundredths, rounded; −1, which no field allows, for NaN and infinities.
private func hundredths(_ value: Double) -> Int { value.isFinite ? Int((value * 100).rounded()) : -1 }

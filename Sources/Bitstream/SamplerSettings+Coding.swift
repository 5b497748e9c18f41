import Tokens

/// Coding of sampler settings (`formats/container.md`, section 3): a registered number, or 10 bytes.
extension StreamHeader {
  private static let stepCounts = 1...255
  private static let temperatures = 0...65_535
  private static let percentages = 1...100

  /// Returns the registered number of the sampler settings, seed excluded, or the number for spelled-out settings.
  ///
  /// - Throws: `BitstreamError.unencodable` if a setting is out of range.
  func samplerID() throws -> Int {
    try requireEncodable("coarse steps", sampler.coarseStepCount, Self.stepCounts)
    try requireEncodable("fine steps", sampler.fineStepCount, Self.stepCounts)
    try requireEncodable("temperature", hundredths(sampler.temperature), Self.temperatures)
    try requireEncodable("fine temperature", hundredths(sampler.fineTemperature), Self.temperatures)
    try requireEncodable("mask temperature", hundredths(sampler.maskTemperature), Self.temperatures)
    try requireEncodable("top p", hundredths(sampler.topP), Self.percentages)
    try requireEncodable("typical mass", hundredths(sampler.typicalMass), Self.percentages)
    var seedless = sampler
    seedless.seed = 0
    return StreamRegistry.samplers.firstIndex(of: seedless) ?? StreamRegistry.spelledOutSampler
  }

  func writeSampler(to writer: inout ByteWriter) {
    writer.byte(sampler.coarseStepCount)
    writer.byte(sampler.fineStepCount)
    writer.fixed(hundredths(sampler.temperature), byteCount: 2)
    writer.fixed(hundredths(sampler.fineTemperature), byteCount: 2)
    writer.fixed(hundredths(sampler.maskTemperature), byteCount: 2)
    writer.byte(hundredths(sampler.topP))
    writer.byte(hundredths(sampler.typicalMass))
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

/// Quantiser to 16 bits with triangular (TPDF) dither of ±1 step, which turns rounding error into steady noise.
///
/// Each channel has its own SplitMix64 generator. Output therefore depends on seed and samples alone, not on the
/// division into chunks. A sample of exactly 0 stays 0, so digital silence stays digital silence. Values beyond full
/// scale are clipped to −32 768 or 32 767. NaN becomes 0.
public struct Dither: Sendable {
  /// Number of 16-bit steps per unit: −1 is code −32 768.
  public static let stepsPerUnit: Float = 32_768
  /// Seed of decoders: the ASCII codes of "vampc!", then 1.
  public static let defaultSeed: UInt64 = 0x7661_6D70_6321_0001

  private var generators: [SplitMix64]

  /// Quantiser for `channelCount` channels; equal seeds give equal noise.
  public init(channelCount: Int, seed: UInt64 = Dither.defaultSeed) {
    var seeder = SplitMix64(seed: seed)
    generators = (0..<channelCount).map { _ in SplitMix64(seed: seeder.next()) }
  }

  /// Skips the noise of `sampleCount` samples of each channel, as if the samples had been quantised.
  ///
  /// - Complexity: O(1).
  public mutating func skip(_ sampleCount: Int) {
    for index in generators.indices { generators[index].skip(sampleCount) }
  }

  /// Quantises an audio buffer to 16-bit codes, interleaved sample by sample.
  ///
  /// - Precondition: the buffer has the channel count of the dither.
  public mutating func quantised(_ audio: AudioBuffer) -> [Int16] {
    precondition(audio.channelCount == generators.count, "dither for another channel count")
    let channelCount = audio.channelCount
    var codes = [Int16](repeating: 0, count: channelCount * audio.sampleCount)
    for (index, channel) in audio.channels.enumerated() {
      var generator = generators[index]
      var target = index
      for sample in channel {
        codes[target] = Self.code(for: sample, noise: generator.nextTriangular())
        target += channelCount
      }
      generators[index] = generator
    }
    return codes
  }

  /// Rounds `sample` plus `noise` (in steps) to the nearest code.
  static func code(for sample: Float, noise: Float) -> Int16 {
    guard sample != 0, !sample.isNaN else { return 0 }
    let value = (sample * stepsPerUnit + noise).rounded()
    return Int16(max(Float(Int16.min), min(Float(Int16.max), value)))
  }
}

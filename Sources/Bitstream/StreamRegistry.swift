import Tokens

/// Registered values that a header stores as a number (`formats/container.md`, section 3).
///
/// A new version of the format may append values. The number 0 of geometries and sample rates means "spelled out".
enum StreamRegistry {
  /// Registered geometries; geometry `i` has the number `i + 1`.
  static let geometries: [TokenGeometry] = [
    TokenGeometry(sampleRateHz: 44_100, hopLength: 768, codebookCount: 14, codebookSize: 1_024),
    TokenGeometry(sampleRateHz: 44_100, hopLength: 512, codebookCount: 9, codebookSize: 1_024),
    TokenGeometry(sampleRateHz: 24_000, hopLength: 320, codebookCount: 32, codebookSize: 1_024),
    TokenGeometry(sampleRateHz: 16_000, hopLength: 320, codebookCount: 12, codebookSize: 1_024),
  ]

  /// Registered source sample rates in Hz; rate `i` has the number `i + 1`.
  static let sampleRatesHz: [Int] = [
    8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000, 176_400, 192_000,
  ]

  /// Registered sampler settings; settings `i` have the number `i`.
  static let samplers: [SamplerChoice] = [.modelDefault(), .explicit(.published)]
  /// Sampler number that means spelled-out settings.
  static let spelledOutSampler = 15
}

import Tokens

/// Common values that a header names by a number instead of spelling them out.
///
/// Entries are only ever added, in a new version of the document; the number 0 always means "spelled out".
enum StreamRegistry {
  /// Geometry `i` has the number `i + 1`.
  static let geometries: [TokenGeometry] = [
    TokenGeometry(sampleRateHz: 44_100, hopLength: 768, codebookCount: 14, codebookSize: 1_024),
    TokenGeometry(sampleRateHz: 44_100, hopLength: 512, codebookCount: 9, codebookSize: 1_024),
    TokenGeometry(sampleRateHz: 24_000, hopLength: 320, codebookCount: 32, codebookSize: 1_024),
    TokenGeometry(sampleRateHz: 16_000, hopLength: 320, codebookCount: 12, codebookSize: 1_024),
  ]

  /// Source sample rate `i`, in Hz, has the number `i + 1`.
  static let sampleRatesHz: [Int] = [
    8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000, 176_400, 192_000,
  ]

  /// Sampler settings `i` have the number `i`.
  static let samplers: [SamplerSettings] = [.unasked, .published]
  /// The number of sampler settings that are spelled out.
  static let spelledOutSampler = 15
}

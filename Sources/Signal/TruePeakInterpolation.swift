/// Interpolation of a signal between its samples by four-times oversampling, which finds true peaks.
///
/// The filter comes from ITU-R BS.1770-4, annex 2: 48 coefficients in four phases.
struct TruePeakInterpolation: Sendable {
  /// Number of samples that one interpolated value depends on.
  static let tapCount = 12
  /// Coefficients by age, the newest sample first; each vector has the four phases.
  private static let coefficients: [SIMD4<Float>] = zip(first, second).enumerated().map { tap, pair in
    // The third and fourth phases are the second and first, reversed.
    SIMD4(pair.0, pair.1, second[tapCount - 1 - tap], first[tapCount - 1 - tap])
  }
  private static let first: [Float] = [
    0.001_708_984_375, 0.010_986_328_125, -0.019_653_320_312_5, 0.033_203_125, -0.059_448_242_187_5,
    0.137_329_101_562_5, 0.972_167_968_75, -0.102_294_921_875, 0.047_607_421_875, -0.026_611_328_125,
    0.014_892_578_125, -0.008_300_781_25,
  ]
  private static let second: [Float] = [
    -0.029_174_804_687_5, 0.029_296_875, -0.051_757_812_5, 0.089_111_328_125, -0.166_503_906_25, 0.465_087_890_625,
    0.779_785_156_25, -0.200_317_382_812_5, 0.101_562_5, -0.058_227_539_062_5, 0.033_081_054_687_5,
    -0.018_920_898_437_5,
  ]
  /// Largest absolute interpolated value of samples within −1...1: the sum of the absolute coefficients of the second
  /// phase.
  private static let largestGain: Float = second.reduce(0) { $0 + abs($1) }
  /// Number of samples that are checked together and skipped if they are too soft for a peak above the limit.
  private static let groupCount = 128

  /// Number of channels of the signal.
  let channelCount: Int
  /// Last `tapCount − 1` samples of each channel.
  private var history: [[Float]]

  init(channelCount: Int) {
    self.channelCount = channelCount
    history = Array(repeating: [Float](repeating: 0, count: Self.tapCount - 1), count: channelCount)
  }

  /// Interpolates around the next samples.
  ///
  /// - Parameters:
  ///   - chunk: Next samples of all channels.
  ///   - limit: Absolute value that an interpolated value must exceed.
  ///   - body: Closure that is called for each channel and each window of ``tapCount`` samples with an interpolated
  ///     value beyond `limit`. `peak` is the largest absolute interpolated value; the window ends with sample `index`
  ///     of the chunk, counted from 0.
  mutating func process(_ chunk: AudioBuffer, above limit: Float, _ body: (_ index: Int, _ peak: Float) -> Void) {
    for channel in chunk.channels.indices {
      let samples = history[channel] + chunk.channels[channel]
      let (coefficients, largestGain) = (Self.coefficients, Self.largestGain)
      for start in stride(from: 0, to: chunk.sampleCount, by: Self.groupCount) {
        let end = min(start + Self.groupCount, chunk.sampleCount)
        let isLoud = samples[start..<end + Self.tapCount - 1].contains { abs($0) * largestGain > limit }
        guard isLoud else { continue }
        for index in start..<end {
          var values = SIMD4<Float>.zero
          for tap in 0..<Self.tapCount {
            values += coefficients[tap] * samples[index + Self.tapCount - 1 - tap]
          }
          let peak = max(values.max(), -values.min())
          if peak > limit { body(index, peak) }
        }
      }
      history[channel] = Array(samples.suffix(Self.tapCount - 1))
    }
  }
}

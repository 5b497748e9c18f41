import Foundation
public import Signal

/// Faults of a signal that a distance may hide: silence, clipping, an offset, numbers that are none.
public struct SignalDefects: Equatable, Sendable {
  /// Samples that are NaN or infinite; all other figures count them as 0.
  public let nonFiniteSampleCount: Int
  /// Samples within runs of at least `clippedRunLength` at or above `clippingLevel`, over all channels.
  public let clippedSampleCount: Int
  /// Samples within runs of at least `clippedRunLength` at the channel's own highest or lowest value: what was cut below
  /// full scale, or turned down afterwards. Square waves have them, too.
  public let flatTopSampleCount: Int
  /// The mean of the channel whose mean lies farthest from 0.
  public let dcOffset: Double
  /// Root mean square over all channels, in dB relative to 1; `nil` when every sample is 0 or there is none.
  public let levelDBFS: Double?
  /// The longest stretch during which every channel lies below `AudioBuffer.silenceDBFS`, to within a block of 10 ms.
  public let longestSilenceSeconds: Double

  /// A hair below the largest 16-bit sample, 32 767 / 32 768.
  public static let clippingLevel: Float = 0.9999
  /// A single sample at full scale is a legal peak; three in a row are a flat top.
  public static let clippedRunLength = 3
  /// Above this an offset costs headroom and clicks at cuts: −50 dBFS.
  public static let dcOffsetLimit = 0.003_16

  /// Whether the whole signal lies below `AudioBuffer.silenceDBFS`; true for an empty one.
  public var isSilent: Bool { (levelDBFS ?? -.infinity) < AudioBuffer.silenceDBFS }
  public var isClipped: Bool { clippedSampleCount > 0 }
  public var hasDCOffset: Bool { abs(dcOffset) > SignalDefects.dcOffsetLimit }

  public init(of audio: AudioBuffer) {
    let finite = audio.channels.map { $0.map { $0.isFinite ? $0 : 0 } }
    nonFiniteSampleCount = audio.channels.reduce(0) { $0 + $1.count { !$0.isFinite } }
    clippedSampleCount = finite.reduce(0) { $0 + SignalDefects.clippedSampleCount(in: $1) }
    flatTopSampleCount = finite.reduce(0) { $0 + SignalDefects.flatTopSampleCount(in: $1) }
    let means = finite.filter { !$0.isEmpty }.map { $0.reduce(0.0) { $0 + Double($1) } / Double($0.count) }
    dcOffset = means.max { abs($0) < abs($1) } ?? 0
    let energy = finite.reduce(0.0) { $0 + SignalDefects.energy(of: $1[...]) }
    levelDBFS = energy > 0 ? 10 * log10(energy / Double(audio.channelCount * audio.sampleCount)) : nil
    longestSilenceSeconds = SignalDefects.longestSilence(in: finite, sampleRateHz: audio.sampleRateHz)
  }

  private static func energy(of samples: ArraySlice<Float>) -> Double {
    samples.reduce(0.0) { $0 + Double($1) * Double($1) }
  }

  private static func clippedSampleCount(in samples: [Float]) -> Int {
    runSampleCount(in: samples) { abs($0) >= clippingLevel }
  }

  private static func flatTopSampleCount(in samples: [Float]) -> Int {
    let (highest, lowest) = (samples.max() ?? 0, samples.min() ?? 0)
    // Silence is flat by nature.
    guard max(highest, -lowest) > Float(pow(10, AudioBuffer.silenceDBFS / 20)) else { return 0 }
    return runSampleCount(in: samples) { $0 == highest } + runSampleCount(in: samples) { $0 == lowest }
  }

  /// Samples within runs of at least `clippedRunLength` that all are as `isCounted` says.
  private static func runSampleCount(in samples: [Float], where isCounted: (Float) -> Bool) -> Int {
    var total = 0
    var run = 0
    for sample in samples {
      if isCounted(sample) {
        run += 1
      } else {
        if run >= clippedRunLength { total += run }
        run = 0
      }
    }
    return run >= clippedRunLength ? total + run : total
  }

  private static func longestSilence(in channels: [[Float]], sampleRateHz: Int) -> Double {
    let sampleCount = channels.first?.count ?? 0
    let blockLength = max(1, sampleRateHz / 100)
    let energyLimit = pow(10, AudioBuffer.silenceDBFS / 10)
    var longest = 0
    var run = 0
    for start in stride(from: 0, to: sampleCount, by: blockLength) {
      let end = min(start + blockLength, sampleCount)
      let silent = channels.allSatisfy { energy(of: $0[start..<end]) < energyLimit * Double(end - start) }
      run = silent ? run + end - start : 0
      longest = max(longest, run)
    }
    return Double(longest) / Double(max(1, sampleRateHz))
  }
}

import Foundation
public import Signal

/// Defects of a signal that a distance may hide: silence, clipping, a DC offset, samples that are not finite.
public struct SignalDefects: Equatable, Sendable {
  /// Number of samples that are NaN or infinite; all other figures count these samples as 0.
  public let nonFiniteSampleCount: Int
  /// Number of samples in runs of at least `clippedRunLength` samples whose magnitude is at least `clippingLevel`, over
  /// all channels.
  public let clippedSampleCount: Int
  /// Number of samples in runs of at least `clippedRunLength` samples at the channel's own maximum or minimum, over all
  /// channels with a peak above `AudioBuffer.silenceDBFS`. Such runs show clipping below full scale, or before an
  /// attenuation; square waves have such runs, too.
  public let flatTopSampleCount: Int
  /// Mean sample value of the channel whose mean lies farthest from 0; 1 is full scale.
  public let dcOffset: Double
  /// Root mean square over all channels, in dB relative to 1; nil where every sample is 0 or there are no samples.
  public let rmsDBFS: Double?
  /// Length of the longest segment in which the RMS of every channel lies below `AudioBuffer.silenceDBFS`, measured in
  /// steps of 10 ms.
  public let longestSilenceSeconds: Double

  /// Amplitude that counts as full scale: slightly below the largest 16-bit sample, 32 767 / 32 768.
  public static let clippingLevel: Float = 0.9999
  /// Least number of consecutive samples that make a flat top; fewer samples at full scale may be a peak without
  /// clipping.
  public static let clippedRunLength = 3
  /// Largest DC offset that is not a defect: −50 dBFS. A larger offset costs headroom and clicks at cuts.
  public static let dcOffsetLimit = 0.003_16

  /// Whether the RMS of the whole signal lies below `AudioBuffer.silenceDBFS`; true for an empty signal.
  public var isSilent: Bool { (rmsDBFS ?? -.infinity) < AudioBuffer.silenceDBFS }
  /// Whether any run of at least ``clippedRunLength`` samples lies at full scale.
  public var isClipped: Bool { clippedSampleCount > 0 }
  /// Whether the DC offset, of either sign, exceeds ``dcOffsetLimit``.
  public var hasDCOffset: Bool { abs(dcOffset) > SignalDefects.dcOffsetLimit }

  /// Finds the defects of a signal.
  public init(of audio: AudioBuffer) {
    let finite = audio.channels.map { $0.map { $0.isFinite ? $0 : 0 } }
    nonFiniteSampleCount = audio.channels.reduce(0) { $0 + $1.count { !$0.isFinite } }
    clippedSampleCount = finite.reduce(0) { $0 + SignalDefects.clippedSampleCount(in: $1) }
    flatTopSampleCount = finite.reduce(0) { $0 + SignalDefects.flatTopSampleCount(in: $1) }
    let means = finite.filter { !$0.isEmpty }.map { $0.reduce(0.0) { $0 + Double($1) } / Double($0.count) }
    dcOffset = means.max { abs($0) < abs($1) } ?? 0
    let energy = finite.reduce(0.0) { $0 + SignalDefects.energy(of: $1[...]) }
    rmsDBFS = energy > 0 ? 10 * log10(energy / Double(audio.channelCount * audio.sampleCount)) : nil
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
    // Silence is flat without any clipping.
    guard max(highest, -lowest) > Float(pow(10, AudioBuffer.silenceDBFS / 20)) else { return 0 }
    return runSampleCount(in: samples) { $0 == highest } + runSampleCount(in: samples) { $0 == lowest }
  }

  /// Counts the samples in runs of at least `clippedRunLength` samples that all satisfy `isCounted`.
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
    let stepLength = max(1, sampleRateHz / 100)
    let energyLimit = pow(10, AudioBuffer.silenceDBFS / 10)
    var longest = 0
    var run = 0
    for start in stride(from: 0, to: sampleCount, by: stepLength) {
      let end = min(start + stepLength, sampleCount)
      let silent = channels.allSatisfy { energy(of: $0[start..<end]) < energyLimit * Double(end - start) }
      run = silent ? run + end - start : 0
      longest = max(longest, run)
    }
    return Double(longest) / Double(max(1, sampleRateHz))
  }
}

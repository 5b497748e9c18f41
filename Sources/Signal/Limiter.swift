import Glibc

/// Look-ahead limiter for decoded audio whose true peaks exceed full scale.
///
/// True peaks are the peaks of the signal between samples (`TruePeakInterpolation`). All channels share one gain, so
/// that the stereo image does not move. The gain falls smoothly within the look-ahead (5 ms), holds, and recovers
/// exponentially (100 ms) to exactly 1. Around a peak the gain is constant, so that the limited signal has no higher
/// peaks between its samples than `truePeakShare` times the ceiling. No output sample exceeds the ceiling. Samples pass
/// bit for bit while no sample exceeds the ceiling and no true peak exceeds full scale. The delay is compensated:
/// ``process(_:)`` and ``finish()`` together return exactly the length of the input, each sample in its place. Memory
/// is constant.
public struct Limiter: Sendable {
  /// Default ceiling: about three 16-bit steps below full scale, which leaves room for dither.
  public static let defaultCeiling: Float = 0.9999
  /// Largest true peak of limited audio, relative to the ceiling of samples: −0.17 dB. At a quarter of the sample rate,
  /// four-times oversampling misses this much of a peak (ITU-R BS.1770-4, annex 2, attachment 1).
  static let truePeakShare: Float = 0.98
  static let lookAheadSeconds = 0.005
  static let releaseSeconds = 0.1

  /// Largest absolute output sample.
  public let ceiling: Float
  /// Number of channels of input and output.
  public let channelCount: Int
  /// Sample rate of input and output in Hz.
  public let sampleRateHz: Int
  /// Number of samples per channel whose gain was lowered so far, over all signals.
  public private(set) var limitedSampleCount = 0

  private let lookAheadCount: Int
  /// Samples that wait for their gain; between two calls at most the look-ahead and the length of the interpolation.
  private var pending: AudioBuffer
  private var depths: DepthCollector
  private var gainFollower: GainFollower

  /// Limiter for audio of the given format.
  ///
  /// - Precondition: `ceiling` is positive.
  public init(channelCount: Int, sampleRateHz: Int, ceiling: Float = Limiter.defaultCeiling) {
    precondition(ceiling > 0, "limiter ceiling must be positive")
    self.ceiling = ceiling
    self.channelCount = channelCount
    self.sampleRateHz = sampleRateHz
    lookAheadCount = max(1, Int(Self.lookAheadSeconds * Double(sampleRateHz)))
    pending = AudioBuffer(emptyWithChannelCount: channelCount, sampleRateHz: sampleRateHz)
    depths = DepthCollector(channelCount: channelCount, ceiling: ceiling)
    gainFollower = GainFollower(
      lookAheadCount: lookAheadCount, releaseSampleCount: Self.releaseSeconds * Double(sampleRateHz))
  }

  /// Limits the next chunk and returns the output so far, which lags by the look-ahead and 11 samples of interpolation.
  ///
  /// - Throws: ``SignalError`` if the chunk does not have the limiter's channel count and sample rate.
  public mutating func process(_ chunk: AudioBuffer) throws -> AudioBuffer {
    try chunk.requireFormat(channelCount: channelCount, sampleRateHz: sampleRateHz)
    pending.append(chunk)
    let (required, count) = depths.add(chunk)
    let gains = gainFollower.gains(forDepths: required, count: count)
    return emit(max(0, pending.sampleCount - depths.waitingCount - lookAheadCount), gains: gains)
  }

  /// Returns the remaining output and resets the limiter for another signal; ``limitedSampleCount`` is not reset and
  /// counts on.
  public mutating func finish() -> AudioBuffer {
    let (required, count) = depths.finish()
    let gains = gainFollower.gains(
      forDepths: required.map { $0 + [Int](repeating: 0, count: lookAheadCount) }, count: count + lookAheadCount)
    let rest = emit(pending.sampleCount, gains: gains)
    gainFollower.reset()
    return rest
  }

  /// Number of samples per channel after which earlier input has no influence on the output.
  public static func memorySampleCount(sampleRateHz: Int) -> Int {
    let rate = Double(sampleRateHz)
    return Int(2 * lookAheadSeconds * rate + GainFollower.releaseTimeConstants * releaseSeconds * rate) + 4
      + 2 * TruePeakInterpolation.tapCount
  }

  /// Removes the oldest `count` samples of each channel and returns them, limited.
  ///
  /// - Parameters:
  ///   - count: Number of samples.
  ///   - gains: Gains, of which the last one belongs to the last sample; nil leaves the samples unchanged.
  private mutating func emit(_ count: Int, gains: [Float]?) -> AudioBuffer {
    var output = pending.slice(0..<count)
    pending.removeFirst(count)
    guard let gains else { return output }
    let first = gains.count - count
    for channel in output.channels.indices {
      for index in 0..<count where gains[first + index] < 1 {
        let sample = output.channels[channel][index] * gains[first + index]
        output.channels[channel][index] = max(-ceiling, min(ceiling, sample))
      }
    }
    for gain in gains.suffix(count) where gain < 1 { limitedSampleCount += 1 }
    return output
  }
}

/// Collector of the gain depths that samples and true peaks require.
///
/// A depth is 1 − gain, as an integer multiple of 2⁻⁴⁰. A true peak lowers the gain of all samples from which the peak
/// is interpolated by the same depth. The depth of a sample is therefore final once ``tailCount`` later samples have
/// come.
private struct DepthCollector: Sendable {
  private let ceiling: Float
  private var interpolation: TruePeakInterpolation
  /// Depths of the latest ``tailCount`` samples, which later samples may raise; 0 for positions before the first
  /// sample.
  private var tail: [Int]
  private var sampleCount = 0

  private static let tailCount = TruePeakInterpolation.tapCount - 1

  init(channelCount: Int, ceiling: Float) {
    self.ceiling = ceiling
    interpolation = TruePeakInterpolation(channelCount: channelCount)
    tail = [Int](repeating: 0, count: Self.tailCount)
  }

  /// Number of samples whose depths are not final.
  var waitingCount: Int { min(sampleCount, Self.tailCount) }

  /// Takes the next samples and returns the depths that are now final and their number; nil stands for depths of 0.
  mutating func add(_ chunk: AudioBuffer) -> (depths: [Int]?, count: Int) {
    let before = sampleCount
    sampleCount += chunk.sampleCount
    let count = max(0, sampleCount - Self.tailCount) - max(0, before - Self.tailCount)
    let depths = depths(of: chunk)
    guard depths.contains(where: { $0 > 0 }) else { return (nil, count) }
    return (Array(depths.prefix(chunk.sampleCount).suffix(count)), count)
  }

  /// Returns the depths of the last samples and resets the collector.
  mutating func finish() -> (depths: [Int]?, count: Int) {
    let count = waitingCount
    let silence = [Float](repeating: 0, count: Self.tailCount)
    let depths = depths(
      of: AudioBuffer(
        channels: Array(repeating: silence, count: interpolation.channelCount), sampleRateHz: 1))
    self = DepthCollector(channelCount: interpolation.channelCount, ceiling: ceiling)
    return (Array(depths.prefix(Self.tailCount).suffix(count)), count)
  }

  /// Depths of the samples in the tail and of the chunk's samples.
  private mutating func depths(of chunk: AudioBuffer) -> [Int] {
    var depths = tail + [Int](repeating: 0, count: chunk.sampleCount)
    // Full scale for this ceiling: 1 for the default ceiling of 0.9999.
    let fullScale = ceiling / Limiter.defaultCeiling
    let truePeakCeiling = ceiling * Limiter.truePeakShare
    interpolation.process(chunk, above: fullScale) { index, peak in
      let depth = GainFollower.depth(ofGain: Double(truePeakCeiling) / Double(peak))
      for position in index..<index + TruePeakInterpolation.tapCount { depths[position] = max(depths[position], depth) }
    }
    if chunk.samplePeak > ceiling {
      for channel in chunk.channels {
        for (index, sample) in channel.enumerated() where abs(sample) > ceiling {
          let depth = GainFollower.depth(ofGain: Double(ceiling) / Double(abs(sample)))
          depths[Self.tailCount + index] = max(depths[Self.tailCount + index], depth)
        }
      }
    }
    tail = Array(depths.suffix(Self.tailCount))
    return depths
  }
}

/// Gain of a ``Limiter``: sliding maximum of depths, release, and mean over the look-ahead.
///
/// A depth is 1 − gain. With required depths `r` and look-ahead `L`, `m[n]` is the maximum of `r[n − L ... n]`. The
/// envelope `e[n] = max(m[n], release · e[n − 1])` rises at once and falls exponentially. The depth of sample `n − L`
/// is the mean of `e[n − L ... n]`. All of these values are at least `r[n − L]`, and so is their mean.
///
/// Depths are integers, so that sums are exact. The release is monotone and reaches 0: earlier input has no influence
/// after ``Limiter/memorySampleCount(sampleRateHz:)`` samples.
private struct GainFollower: Sendable {
  private let lookAheadCount: Int
  private let releaseFactor: Double
  private var envelope = 0
  private var ring: [Int]
  private var ringPosition = 0
  private var ringSum = 0
  /// Number of values above 0 in `ring`; the gain is 1 if there are none.
  private var loweredCount = 0
  /// Depths that may still become the sliding maximum, all above 0, in order of rising position and falling depth.
  private var candidates: [(position: Int, depth: Int)] = []
  private var firstCandidate = 0
  private var position = 0

  /// Integer that represents a depth of 1.
  private static let unit = Double(1 << 40)
  /// Depth below which the release ends: less than 0.00001 dB.
  static let smallestDepth = 1 << 20
  /// Number of time constants from a depth of 1 to the smallest depth.
  static let releaseTimeConstants = log(unit / Double(smallestDepth))

  init(lookAheadCount: Int, releaseSampleCount: Double) {
    self.lookAheadCount = lookAheadCount
    releaseFactor = exp(-1 / releaseSampleCount)
    ring = [Int](repeating: 0, count: lookAheadCount + 1)
  }

  /// Depth of a gain of at most 1, rounded up.
  static func depth(ofGain gain: Double) -> Int { Int(((1 - gain) * unit).rounded(.up)) }

  private var isIdle: Bool { envelope == 0 && loweredCount == 0 && firstCandidate == candidates.count }

  mutating func reset() {
    envelope = 0
    for index in ring.indices { ring[index] = 0 }
    ringSum = 0
    loweredCount = 0
    candidates.removeAll()
    firstCandidate = 0
  }

  /// Takes the depths of the next `count` samples and returns the gains of the samples that come `lookAheadCount`
  /// samples earlier. Nil stands for depths of 0, and for gains of 1.
  mutating func gains(forDepths depths: [Int]?, count: Int) -> [Float]? {
    if depths == nil && isIdle {
      position += count
      return nil
    }
    var gains = [Float](repeating: 1, count: count)
    for index in 0..<count { gains[index] = advance(depth: depths?[index] ?? 0) }
    return gains
  }

  private mutating func advance(depth: Int) -> Float {
    let released = Int(Double(envelope) * releaseFactor)
    envelope = max(slidingMaximum(adding: depth), released < Self.smallestDepth ? 0 : released)
    let oldest = ring[ringPosition]
    ring[ringPosition] = envelope
    ringPosition = ringPosition == lookAheadCount ? 0 : ringPosition + 1
    if oldest > 0 { loweredCount -= 1 }
    if envelope > 0 { loweredCount += 1 }
    ringSum += envelope - oldest
    return loweredCount == 0 ? 1 : Float(1 - Double(ringSum) / (Double(ring.count) * Self.unit))
  }

  private mutating func slidingMaximum(adding depth: Int) -> Int {
    if depth > 0 {
      while candidates.count > firstCandidate, candidates[candidates.count - 1].depth <= depth {
        candidates.removeLast()
      }
      candidates.append((position, depth))
    }
    while firstCandidate < candidates.count, candidates[firstCandidate].position < position - lookAheadCount {
      firstCandidate += 1
    }
    if firstCandidate > lookAheadCount {
      candidates.removeFirst(firstCandidate)
      firstCandidate = 0
    }
    position += 1
    return firstCandidate < candidates.count ? candidates[firstCandidate].depth : 0
  }
}

import Glibc

/// Look-ahead limiter for decoded audio that exceeds full scale.
///
/// All channels share one gain, so that the stereo image does not move. The gain falls smoothly within the look-ahead
/// (5 ms), holds, and recovers exponentially (100 ms) to exactly 1. No output sample exceeds the ceiling. Samples pass
/// bit for bit while no peak exceeds the ceiling. The delay is compensated: ``process(_:)`` and ``finish()`` together
/// return exactly the length of the input, each sample in its place. Memory is constant.
public struct Limiter: Sendable {
  /// Default ceiling: three 16-bit steps below full scale, which leaves room for dither.
  public static let defaultCeiling: Float = 0.9999
  static let lookAheadSeconds = 0.005
  static let releaseSeconds = 0.1

  /// Largest absolute output sample.
  public let ceiling: Float
  /// Number of channels.
  public let channelCount: Int
  /// Sample rate in Hz.
  public let sampleRateHz: Int
  /// Number of samples per channel whose gain was lowered so far.
  public private(set) var limitedSampleCount = 0

  private let lookAheadCount: Int
  /// Samples that wait for their gain; between two calls at most the look-ahead.
  private var pending: AudioBuffer
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
    gainFollower = GainFollower(
      lookAheadCount: lookAheadCount, releaseSampleCount: Self.releaseSeconds * Double(sampleRateHz))
  }

  /// Limits the next chunk and returns the output so far, which lags by the look-ahead.
  ///
  /// - Throws: ``SignalError`` if the chunk has another format.
  public mutating func process(_ chunk: AudioBuffer) throws -> AudioBuffer {
    try chunk.requireFormat(channelCount: channelCount, sampleRateHz: sampleRateHz)
    pending.append(chunk)
    let gains = gainFollower.gains(forDepths: requiredDepths(for: chunk), count: chunk.sampleCount)
    return emit(max(0, pending.sampleCount - lookAheadCount), gains: gains)
  }

  /// Returns the remaining output and resets the limiter for another signal.
  public mutating func finish() -> AudioBuffer {
    let gains = gainFollower.gains(forDepths: nil, count: lookAheadCount)
    let rest = emit(pending.sampleCount, gains: gains)
    gainFollower.reset()
    return rest
  }

  /// Number of samples after which earlier input has no influence on the output.
  public static func memorySampleCount(sampleRateHz: Int) -> Int {
    let rate = Double(sampleRateHz)
    return Int(2 * lookAheadSeconds * rate + GainFollower.releaseTimeConstants * releaseSeconds * rate) + 4
  }

  /// Gain depth that brings each sample of all channels to the ceiling; `nil` if no sample exceeds the ceiling.
  private func requiredDepths(for chunk: AudioBuffer) -> [Int]? {
    guard chunk.samplePeak > ceiling else { return nil }
    var peaks = [Float](repeating: 0, count: chunk.sampleCount)
    for channel in chunk.channels {
      for index in peaks.indices { peaks[index] = max(peaks[index], abs(channel[index])) }
    }
    return peaks.map { $0 > ceiling ? GainFollower.depth(ofGain: Double(ceiling) / Double($0)) : 0 }
  }

  /// Removes the oldest `count` samples and returns them, limited. The last of `gains` belongs to the last sample.
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
  /// Number of values above 0 in the ring.
  private var loweredCount = 0
  /// Candidates for the sliding maximum, all above 0, by rising position and falling depth.
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

  /// Gains of `count` samples, `lookAheadCount` samples before those of the given depths. `nil` stands for depths of 0 and for
  /// gains of 1.
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

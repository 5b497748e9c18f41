import Glibc

/// A look-ahead limiter for decoded audio whose restored gain passes full scale.
///
/// All channels share one gain, so that the stereo image stays. The gain falls smoothly within the look-ahead (5 ms),
/// holds, and recovers exponentially (100 ms); no sample leaves above the ceiling. As long as no peak passes the
/// ceiling samples go through bit for bit. Delay is compensated: what ``process(_:)`` and ``finish()`` return has
/// together exactly the length of the input, each sample in its place. Memory is constant.
public struct Limiter: Sendable {
  /// Highest absolute output sample by default: three 16-bit steps below full scale, room for the dither.
  public static let defaultCeiling: Float = 0.9999
  static let lookAheadSeconds = 0.005
  static let releaseSeconds = 0.1

  public let ceiling: Float
  public let channelCount: Int
  public let sampleRateHz: Int
  /// Samples per channel whose gain was lowered so far.
  public private(set) var limitedSampleCount = 0

  private let lookAheadCount: Int
  /// Samples waiting for their gain, at most the look-ahead between two calls.
  private var pending: AudioBlock
  private var gainFollower: GainFollower

  /// - Precondition: `ceiling` is positive.
  public init(channelCount: Int, sampleRateHz: Int, ceiling: Float = Limiter.defaultCeiling) {
    precondition(ceiling > 0, "limiter ceiling must be positive")
    self.ceiling = ceiling
    self.channelCount = channelCount
    self.sampleRateHz = sampleRateHz
    lookAheadCount = max(1, Int(Self.lookAheadSeconds * Double(sampleRateHz)))
    pending = AudioBlock(emptyWithChannelCount: channelCount, sampleRateHz: sampleRateHz)
    gainFollower = GainFollower(
      lookAheadCount: lookAheadCount, releaseSampleCount: Self.releaseSeconds * Double(sampleRateHz))
  }

  /// Takes the next stretch and returns what is decided, which lags by the look-ahead.
  ///
  /// - Throws: ``SignalError`` when the block has another format.
  public mutating func process(_ block: AudioBlock) throws -> AudioBlock {
    try block.requireFormat(channelCount: channelCount, sampleRateHz: sampleRateHz)
    pending.append(block)
    let gains = gainFollower.gains(forRequired: requiredGains(for: block), count: block.sampleCount)
    return emit(max(0, pending.sampleCount - lookAheadCount), gains: gains)
  }

  /// Returns the rest and makes the limiter ready for another signal.
  public mutating func finish() -> AudioBlock {
    let gains = gainFollower.gains(forRequired: nil, count: lookAheadCount)
    let rest = emit(pending.sampleCount, gains: gains)
    gainFollower.reset()
    return rest
  }

  /// The gain that brings each sample to the ceiling, all channels together; `nil` when no sample passes it.
  private func requiredGains(for block: AudioBlock) -> [Double]? {
    guard block.samplePeak > ceiling else { return nil }
    var peaks = [Float](repeating: 0, count: block.sampleCount)
    for channel in block.channels {
      for index in peaks.indices { peaks[index] = max(peaks[index], abs(channel[index])) }
    }
    return peaks.map { $0 > ceiling ? Double(ceiling) / Double($0) : 1 }
  }

  /// Sends out the oldest `count` samples; the last of `gains` belongs to the last of them.
  private mutating func emit(_ count: Int, gains: [Float]?) -> AudioBlock {
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

/// The gain of a ``Limiter``: sliding minimum, release, and a mean over the look-ahead.
///
/// With required gains `r`, look-ahead `L`: `m[n]` is the minimum of `r[n − L ... n]`; the envelope `e[n] ≤ m[n]`
/// follows it down at once and up exponentially; the gain of sample `n − L` is the mean of `e[n − L ... n]`. Each of
/// these is at most `r[n − L]`, so is their mean.
private struct GainFollower: Sendable {
  private let lookAheadCount: Int
  private let releaseFactor: Double
  private var envelope = 1.0
  private var ring: [Double]
  private var ringPosition = 0
  private var ringSum: Double
  /// Values of the ring below 1.
  private var loweredCount = 0
  /// Candidates for the minimum, all below 1: positions rising, values rising.
  private var candidates: [(position: Int, gain: Double)] = []
  private var firstCandidate = 0
  private var position = 0

  init(lookAheadCount: Int, releaseSampleCount: Double) {
    self.lookAheadCount = lookAheadCount
    releaseFactor = 1 - exp(-1 / releaseSampleCount)
    ring = [Double](repeating: 1, count: lookAheadCount + 1)
    ringSum = Double(lookAheadCount + 1)
  }

  private var isIdle: Bool { envelope == 1 && loweredCount == 0 && firstCandidate == candidates.count }

  mutating func reset() {
    envelope = 1
    for index in ring.indices { ring[index] = 1 }
    ringSum = Double(ring.count)
    loweredCount = 0
    candidates.removeAll()
    firstCandidate = 0
  }

  /// The gains of the samples `lookAheadCount` behind the next `count` ones; `nil` stands for all ones, both ways.
  mutating func gains(forRequired required: [Double]?, count: Int) -> [Float]? {
    if required == nil && isIdle {
      position += count
      return nil
    }
    var gains = [Float](repeating: 1, count: count)
    for index in 0..<count { gains[index] = advance(required: required?[index] ?? 1) }
    return gains
  }

  private mutating func advance(required: Double) -> Float {
    let minimum = slidingMinimum(adding: required)
    if minimum < envelope {
      envelope = minimum
    } else {
      envelope += (minimum - envelope) * releaseFactor
      // The exponential never arrives: within 0.00001 dB it has.
      if envelope > 0.999_999 && minimum == 1 { envelope = 1 }
    }
    let oldest = ring[ringPosition]
    ring[ringPosition] = envelope
    ringPosition = ringPosition == lookAheadCount ? 0 : ringPosition + 1
    if oldest < 1 { loweredCount -= 1 }
    if envelope < 1 { loweredCount += 1 }
    guard loweredCount > 0 else {
      // Rounding of the running sum ends here.
      ringSum = Double(ring.count)
      return 1
    }
    ringSum += envelope - oldest
    return Float(ringSum / Double(ring.count))
  }

  private mutating func slidingMinimum(adding required: Double) -> Double {
    if required < 1 {
      while candidates.count > firstCandidate, candidates[candidates.count - 1].gain >= required {
        candidates.removeLast()
      }
      candidates.append((position, required))
    }
    while firstCandidate < candidates.count, candidates[firstCandidate].position < position - lookAheadCount {
      firstCandidate += 1
    }
    if firstCandidate > lookAheadCount {
      candidates.removeFirst(firstCandidate)
      firstCandidate = 0
    }
    position += 1
    return firstCandidate < candidates.count ? candidates[firstCandidate].gain : 1
  }
}

public import Signal

/// Spectral flux: the increase in magnitude from each short-time frame to the next. Onsets and clicks give peaks.
///
/// The flux of frame t is the sum over bins of max(0, |X(t)| − |X(t−1)|), averaged over the channels; 0 for frame 0.
/// Frame t is centred on sample `t · hopLength`.
public struct SpectralFlux: Equatable, Sendable {
  /// Flux of each frame; 0 for the first frame, which has no predecessor.
  public let values: [Double]
  /// Number of samples of a window.
  public let windowLength: Int
  /// Number of samples from one frame to the next.
  public let hopLength: Int

  /// Computes the flux of a signal. The default window of 512 samples lasts 12 ms at 44.1 kHz, less than a frame of the
  /// default codec (17 ms).
  ///
  /// - Precondition: `windowLength` is even and positive, and `hopLength` is positive.
  public init(of audio: AudioBuffer, windowLength: Int = 512, hopLength: Int = 128) {
    self.windowLength = windowLength
    self.hopLength = hopLength
    let stft = STFT(windowLength: windowLength, hopLength: hopLength)
    var values = [Double](repeating: 0, count: stft.frameCount(forSampleCount: audio.sampleCount))
    var current = [Float](repeating: 0, count: stft.binCount)
    var previous = current
    for samples in audio.channels {
      for frame in values.indices {
        stft.magnitudes(ofFrame: frame, in: samples, into: &current)
        if frame > 0 {
          values[frame] += SpectralFlux.increase(from: previous, to: current) / Double(audio.channelCount)
        }
        swap(&current, &previous)
      }
    }
    self.values = values
  }

  private static func increase(from previous: [Float], to current: [Float]) -> Double {
    var sum: Float = 0
    for bin in 0..<current.count {
      sum += max(0, current[bin] - previous[bin])
    }
    return Double(sum)
  }

  /// Returns the frames whose window covers the sample at `sampleIndex`, and at most one frame before these frames.
  ///
  /// A click at this sample raises the flux of the first frames that cover it. Indices count from 0.
  public func frames(around sampleIndex: Int) -> Range<Int> {
    let first = max(0, (sampleIndex - windowLength / 2) / hopLength)
    let end = max(0, (sampleIndex + windowLength / 2) / hopLength + 1)
    return min(first, values.count)..<max(min(first, values.count), min(end, values.count))
  }

  /// Returns the largest flux of the frames in ``frames(around:)``; 0 if there is no such frame.
  public func peak(around sampleIndex: Int) -> Double {
    values[frames(around: sampleIndex)].max() ?? 0
  }

  /// Returns the flux peaks around points that stand one window apart. Points that share a frame of ``frames(around:)``
  /// with a join are left out.
  ///
  /// Each returned peak is a maximum over as many frames as ``peak(around:)`` takes, so the two can be compared.
  ///
  /// - Parameter joins: Indices of the samples at which audio was joined.
  public func peaks(awayFrom joins: [Int]) -> [Double] {
    let disturbed = Set(joins.flatMap { frames(around: $0) })
    let sampleCount = values.count * hopLength
    return stride(from: windowLength, to: max(windowLength, sampleCount - windowLength), by: windowLength).compactMap {
      let nearby = frames(around: $0)
      return nearby.contains(where: disturbed.contains) ? nil : values[nearby].max()
    }
  }

  /// Returns the joins whose flux peak exceeds a percentile of the peaks away from all joins.
  ///
  /// - Parameters:
  ///   - joins: Indices of the samples at which audio was joined.
  ///   - percentile: Percentile as a fraction in 0...1; 0.5 is the median.
  /// - Throws: `EvaluationError.tooFewValues` if ``peaks(awayFrom:)`` finds no peak.
  public func joins(_ joins: [Int], exceedingPercentile percentile: Double) throws(EvaluationError) -> [Int] {
    let limit = try Percentile.value(at: percentile, of: peaks(awayFrom: joins))
    return joins.filter { peak(around: $0) > limit }
  }
}

public import Signal

/// Spectral flux: the increase in magnitude from each short-time frame to the next. Onsets and clicks give peaks.
///
/// The flux of frame t is the sum over bins of max(0, |X(t)| − |X(t−1)|), averaged over the channels; 0 for frame 0.
/// Frame t is centred on sample `t · hopLength`.
public struct SpectralFlux: Equatable, Sendable {
  /// Flux of each frame; the first frame, which has no predecessor, has 0.
  public let values: [Double]
  /// Number of samples of a window.
  public let windowLength: Int
  /// Number of samples from one frame to the next.
  public let hopLength: Int

  /// Computes the flux of a signal. The default window of 512 samples is 12 ms at 44.1 kHz, less than a token frame.
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

  /// Returns the frames whose flux a disturbance at `sampleIndex` can raise: those whose window covers the sample.
  public func frames(around sampleIndex: Int) -> Range<Int> {
    let first = max(0, (sampleIndex - windowLength / 2) / hopLength)
    let end = max(0, (sampleIndex + windowLength / 2) / hopLength + 1)
    return min(first, values.count)..<max(min(first, values.count), min(end, values.count))
  }

  /// Returns the largest flux of the frames whose window covers `sampleIndex`; 0 if there is no such frame.
  public func peak(around sampleIndex: Int) -> Double {
    values[frames(around: sampleIndex)].max() ?? 0
  }

  /// Returns peaks of the flux at points that stand one window apart and whose frames touch none of `joins`, the
  /// samples at which audio was joined.
  ///
  /// The peak near a join is a maximum over several frames. The returned peaks are maxima over equally many frames, so
  /// they can be compared with it.
  public func peaks(awayFrom joins: [Int]) -> [Double] {
    let disturbed = Set(joins.flatMap { frames(around: $0) })
    let sampleCount = values.count * hopLength
    return stride(from: windowLength, to: max(windowLength, sampleCount - windowLength), by: windowLength).compactMap {
      let nearby = frames(around: $0)
      return nearby.contains(where: disturbed.contains) ? nil : values[nearby].max()
    }
  }

  /// Returns those of `joins` whose flux peak exceeds the given percentile of the peaks away from all joins.
  ///
  /// - Throws: `EvaluationError.tooFewValues` where no segment of the signal is free of joins.
  /// - Precondition: `percentile` lies in 0...1.
  public func joins(_ joins: [Int], exceedingPercentile percentile: Double) throws(EvaluationError) -> [Int] {
    let limit = try Percentile.value(at: percentile, of: peaks(awayFrom: joins))
    return joins.filter { peak(around: $0) > limit }
  }
}

import Bitstream
import Signal
import Tokens

/// Gain with which a stream was encoded, sample by sample at the codec's rate.
struct GainTimeline {
  private enum Kind {
    case whole(Gain)
    case perBlock
  }

  private let kind: Kind
  private let hopLength: Int
  /// Gain curve and number of samples of each block that still has samples to process, in order.
  private var curves: [(curve: GainCurve, sampleCount: Int)] = []
  /// Number of processed samples of the first curve.
  private var usedOfFirst = 0
  /// Gain of the block in front of the next block to be appended; nil where this gain is unknown, or no block is in
  /// front.
  private var previous: Gain?
  /// Length of the stream's first block in samples; nil before this length is known. The curve of a shorter block has
  /// this length, too.
  private var nominalSampleCount: Int?
  /// Number of samples in front of the next chunk whose gain is still to be skipped.
  private var skippedSampleCount = 0

  /// Timeline of a stream whose blocks are still to be appended.
  ///
  /// - Parameters:
  ///   - gain: Gain in the stream's header: one gain, or a gain per block.
  ///   - hopLength: Samples per frame at the codec's rate.
  ///   - nominalFrameCount: Number of frames in the stream's first block; nil where this number is unknown, so that the
  ///     first appended block gives the number.
  ///   - previous: Gain of the block in front of the first appended block; nil where this gain is unknown, or no block
  ///     is in front.
  init(_ gain: StreamGain, hopLength: Int, nominalFrameCount: Int?, previous: Gain?) {
    switch gain {
    case .whole(let gain): kind = .whole(gain)
    case .perBlock: kind = .perBlock
    }
    self.hopLength = hopLength
    self.previous = previous
    nominalSampleCount = nominalFrameCount.map { $0 * hopLength }
  }

  /// Timeline of gain curves that are all known, each as long as its block.
  init(_ curves: [GainCurve]) {
    kind = .perBlock
    hopLength = 1
    self.curves = curves.map { ($0, $0.sampleCount) }
  }

  /// Appends a block.
  ///
  /// - Parameters:
  ///   - frameCount: Number of frames of the block.
  ///   - gain: Gain of the block, in a stream with a gain per block; nil continues the gain of the block before, or is
  ///     0 dB if no block is before. A stream with one gain ignores this value.
  mutating func append(frameCount: Int, gain: Gain?) {
    nominalSampleCount = nominalSampleCount ?? frameCount * hopLength
    appendLost(frameCount: frameCount, gain: gain)
  }

  /// Appends lost frames, which do not show the length of the stream's blocks.
  ///
  /// - Parameters:
  ///   - frameCount: Number of lost frames.
  ///   - gain: Gain of the frames; nil continues the gain of the frames before, or is 0 dB if no frames are before.
  mutating func appendLost(frameCount: Int, gain: Gain?) {
    guard case .perBlock = kind else { return }
    let end = gain ?? previous ?? .unity
    let sampleCount = frameCount * hopLength
    let length = max(sampleCount, nominalSampleCount ?? 0)
    curves.append((GainCurve(start: previous ?? end, end: end, sampleCount: length), sampleCount))
    previous = end
  }

  /// Skips the gain of the next `sampleCount` samples, which the signal does not contain.
  mutating func skip(_ sampleCount: Int) { skippedSampleCount += sampleCount }

  /// Removes the gain from the next chunk of the signal. In a stream with a gain per block, samples behind the last
  /// appended block are removed.
  mutating func removing(from chunk: AudioBuffer) -> AudioBuffer {
    if case .whole(let gain) = kind {
      var result = chunk
      gain.remove(from: &result)
      return result
    }
    while skippedSampleCount > 0, let (_, sampleCount) = curves.first {
      let count = min(skippedSampleCount, sampleCount - usedOfFirst)
      skippedSampleCount -= count
      use(count, of: sampleCount)
    }
    var result = AudioBuffer(emptyWithChannelCount: chunk.channelCount, sampleRateHz: chunk.sampleRateHz)
    var done = 0
    while done < chunk.sampleCount, let (curve, sampleCount) = curves.first {
      let count = min(chunk.sampleCount - done, sampleCount - usedOfFirst)
      var part = chunk.slice(done..<done + count)
      curve.remove(from: &part, offset: usedOfFirst)
      result.append(part)
      done += count
      use(count, of: sampleCount)
    }
    return result
  }

  private mutating func use(_ count: Int, of sampleCount: Int) {
    usedOfFirst += count
    guard usedOfFirst == sampleCount else { return }
    curves.removeFirst()
    usedOfFirst = 0
  }
}

/// Stage that removes the encoder's gain.
final class GainRemovalStage: AudioStage {
  /// Gains of the stream. A block is appended before its samples are processed.
  var timeline: GainTimeline

  init(_ timeline: GainTimeline) { self.timeline = timeline }

  func process(_ chunk: AudioBuffer) -> AudioBuffer { timeline.removing(from: chunk) }

  func finish() -> AudioBuffer? { nil }
}

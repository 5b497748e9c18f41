import Bitstream
import Signal
import Tokens

/// Gain that a stream was encoded with, sample by sample at the codec's rate.
struct GainTimeline {
  private enum Kind {
    case whole(Gain)
    case perBlock
  }

  private let kind: Kind
  private let hopLength: Int
  /// Gain of each block that is not used up, in order, with the samples that the block has.
  private var curves: [(curve: GainCurve, sampleCount: Int)] = []
  /// Samples of the first curve that are used up.
  private var usedOfFirst = 0
  /// Gain of the last block that was appended.
  private var previous: Gain?
  /// Length of the stream's first block. Only the last block is shorter, and its curve is as long as the others.
  private var nominalSampleCount: Int?
  /// Samples that are passed over before the next ones.
  private var skippedSampleCount = 0

  /// - Parameters:
  ///   - nominalFrameCount: Frames of the stream's first block, where that block will not be appended.
  ///   - previous: Gain of the block before the first one that will be appended.
  init(_ gain: StreamGain, hopLength: Int, nominalFrameCount: Int?, previous: Gain?) {
    switch gain {
    case .whole(let gain): kind = .whole(gain)
    case .perBlock: kind = .perBlock
    }
    self.hopLength = hopLength
    self.previous = previous
    nominalSampleCount = nominalFrameCount.map { $0 * hopLength }
  }

  /// Timeline of known curves, each of which spans all of its block.
  init(_ curves: [GainCurve]) {
    kind = .perBlock
    hopLength = 1
    self.curves = curves.map { ($0, $0.sampleCount) }
  }

  /// Appends a block.
  ///
  /// - Parameter gain: Gain of the block, where the stream has one for each block; nil continues the gain before it.
  mutating func append(frameCount: Int, gain: Gain?) {
    nominalSampleCount = nominalSampleCount ?? frameCount * hopLength
    appendLost(frameCount: frameCount, gain: gain)
  }

  /// Appends lost frames, which do not tell the length of the stream's blocks.
  ///
  /// - Parameter gain: Gain of the frames; nil continues the gain before them.
  mutating func appendLost(frameCount: Int, gain: Gain?) {
    guard case .perBlock = kind else { return }
    let end = gain ?? previous ?? .unity
    let sampleCount = frameCount * hopLength
    let length = max(sampleCount, nominalSampleCount ?? 0)
    curves.append((GainCurve(start: previous ?? end, end: end, sampleCount: length), sampleCount))
    previous = end
  }

  /// Passes over the gain of the next samples.
  mutating func skip(_ sampleCount: Int) { skippedSampleCount += sampleCount }

  /// Next chunk of the signal without the gain.
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

/// Removal of the encoder's gain.
final class GainRemovalStage: AudioStage {
  /// Gains of the blocks that have been decoded; extended while decoding goes on.
  var timeline: GainTimeline

  init(_ timeline: GainTimeline) { self.timeline = timeline }

  func process(_ chunk: AudioBuffer) -> AudioBuffer { timeline.removing(from: chunk) }

  func finish() -> AudioBuffer? { nil }
}

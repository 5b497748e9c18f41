import Bitstream
import Signal

/// The gain that a stream was encoded with, sample by sample at the codec's rate.
struct GainTimeline {
  private enum Kind {
    case whole(QuantisedGain)
    case perBlock
  }

  private let kind: Kind
  private let hopLength: Int
  /// Curves that are not used up, the first from `position` on.
  private var curves: [(curve: GainCurve, sampleCount: Int)] = []
  private var usedOfFirst = 0
  private var previous: QuantisedGain?
  /// Length of the stream's first block; only the last one is shorter, and its curve is as long.
  private var nominalSampleCount: Int?
  /// Samples that nobody wants before the next ones.
  private var surplusCount = 0

  /// - Parameters:
  ///   - nominalFrameCount: of the stream's first block, where that does not come.
  ///   - previousHundredthsDB: the gain of the block before the first one to come.
  init(_ gain: StreamGain, hopLength: Int, nominalFrameCount: Int?, previousHundredthsDB: Int?) {
    switch gain {
    case .whole(let hundredthsDB): kind = .whole(QuantisedGain(hundredthsDB: hundredthsDB))
    case .perBlock: kind = .perBlock
    }
    self.hopLength = hopLength
    nominalSampleCount = nominalFrameCount.map { $0 * hopLength }
    previous = previousHundredthsDB.map(QuantisedGain.init(hundredthsDB:))
  }

  /// Of curves that are known, each over all of its block.
  init(_ curves: [GainCurve]) {
    kind = .perBlock
    hopLength = 1
    self.curves = curves.map { ($0, $0.sampleCount) }
  }

  /// The next block; its gain where the stream has one for each.
  mutating func append(frameCount: Int, gainHundredthsDB: Int?) {
    guard case .perBlock = kind else { return }
    nominalSampleCount = nominalSampleCount ?? frameCount * hopLength
    append(frameCount, gainHundredthsDB.map(QuantisedGain.init(hundredthsDB:)) ?? previous ?? .unity)
  }

  /// A stretch that is lost; where its gain is not known the one before it holds.
  mutating func appendLost(frameCount: Int, gainHundredthsDB: Int?) {
    guard case .perBlock = kind else { return }
    append(frameCount, gainHundredthsDB.map(QuantisedGain.init(hundredthsDB:)) ?? previous ?? .unity)
  }

  private mutating func append(_ frameCount: Int, _ gain: QuantisedGain) {
    let sampleCount = frameCount * hopLength
    let length = max(sampleCount, nominalSampleCount ?? 0)
    curves.append((GainCurve(start: previous ?? gain, end: gain, sampleCount: length), sampleCount))
    previous = gain
  }

  /// Passes over the next samples.
  mutating func skip(_ sampleCount: Int) { surplusCount += sampleCount }

  /// Removes the gain from the next stretch.
  mutating func remove(from block: inout AudioBuffer) {
    if case .whole(let gain) = kind {
      gain.remove(from: &block)
      return
    }
    while surplusCount > 0, let (_, sampleCount) = curves.first {
      let count = min(surplusCount, sampleCount - usedOfFirst)
      surplusCount -= count
      use(count, of: sampleCount)
    }
    var result = AudioBuffer(emptyWithChannelCount: block.channelCount, sampleRateHz: block.sampleRateHz)
    var done = 0
    while done < block.sampleCount, let (curve, sampleCount) = curves.first {
      let count = min(block.sampleCount - done, sampleCount - usedOfFirst)
      var stretch = block.slice(done..<done + count)
      curve.remove(from: &stretch, offset: usedOfFirst)
      result.append(stretch)
      done += count
      use(count, of: sampleCount)
    }
    block = result
  }

  private mutating func use(_ count: Int, of sampleCount: Int) {
    usedOfFirst += count
    guard usedOfFirst == sampleCount else { return }
    curves.removeFirst()
    usedOfFirst = 0
  }
}

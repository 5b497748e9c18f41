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
  /// Length of the first block; only the last one is shorter, and its curve is as long.
  private var nominalSampleCount: Int?
  /// Samples from which the gain was removed.
  private(set) var position = 0

  init(_ gain: StreamGain, hopLength: Int) {
    switch gain {
    case .whole(let hundredthsDB): kind = .whole(QuantisedGain(hundredthsDB: hundredthsDB))
    case .perBlock: kind = .perBlock
    }
    self.hopLength = hopLength
  }

  /// The next block, or a stretch that is lost: then the gain before it holds.
  mutating func append(frameCount: Int, gainHundredthsDB: Int?) {
    guard case .perBlock = kind else { return }
    let sampleCount = frameCount * hopLength
    let gain = gainHundredthsDB.map(QuantisedGain.init(hundredthsDB:)) ?? previous ?? .unity
    let length = max(sampleCount, nominalSampleCount ?? 0)
    if gainHundredthsDB != nil { nominalSampleCount = nominalSampleCount ?? sampleCount }
    curves.append((GainCurve(start: previous ?? gain, end: gain, sampleCount: length), sampleCount))
    previous = gain
  }

  /// Removes the gain from the next stretch.
  mutating func remove(from block: inout AudioBlock) {
    position += block.sampleCount
    if case .whole(let gain) = kind {
      gain.remove(from: &block)
      return
    }
    var result = AudioBlock(emptyWithChannelCount: block.channelCount, sampleRateHz: block.sampleRateHz)
    var done = 0
    while done < block.sampleCount, let (curve, sampleCount) = curves.first {
      let count = min(block.sampleCount - done, sampleCount - usedOfFirst)
      var stretch = block.slice(done..<done + count)
      curve.remove(from: &stretch, offset: usedOfFirst)
      result.append(stretch)
      done += count
      usedOfFirst += count
      if usedOfFirst == sampleCount {
        curves.removeFirst()
        usedOfFirst = 0
      }
    }
    block = result
  }
}

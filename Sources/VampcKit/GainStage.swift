import Signal

/// Brings a signal at the codec's rate to the model's loudness.
protocol GainStage: AnyObject {
  /// The gains of blocks decided since the last call, in hundredths of a decibel; none where one gain holds for all.
  func takeGainsHundredthsDB() -> [Int]
  /// Takes a stretch and returns what is ready, which may lag behind.
  func process(_ block: AudioBlock) throws -> AudioBlock
  /// Returns the rest.
  func finish() throws -> AudioBlock
}

/// One gain for a whole file.
final class ConstantGainStage: GainStage {
  private let gain: QuantisedGain
  private var nothing: AudioBlock?

  init(_ gain: QuantisedGain) { self.gain = gain }

  func takeGainsHundredthsDB() -> [Int] { [] }

  func process(_ block: AudioBlock) throws -> AudioBlock {
    var block = block
    gain.apply(to: &block)
    nothing = block.slice(0..<0)
    return block
  }

  func finish() throws -> AudioBlock {
    guard let nothing else { preconditionFailure("a gain stage ends before it has begun") }
    return nothing
  }
}

/// A gain per block for a pipe, from a short look-ahead: `BlockGainTracker` decides it, `GainCurve` joins it.
final class BlockGainStage: GainStage {
  private let tracker: BlockGainTracker
  private let blockSampleCount: Int
  private var waiting: AudioBlock
  private var previous: QuantisedGain?
  private var untaken: [Int] = []

  init(
    channelCount: Int, sampleRateHz: Int, blockSampleCount: Int, normalisation: LoudnessNormalisation
  ) throws {
    tracker = try BlockGainTracker(
      channelCount: channelCount, sampleRateHz: sampleRateHz, blockSampleCount: blockSampleCount,
      normalisation: normalisation)
    self.blockSampleCount = blockSampleCount
    waiting = AudioBlock(emptyWithChannelCount: channelCount, sampleRateHz: sampleRateHz)
  }

  func takeGainsHundredthsDB() -> [Int] {
    defer { untaken.removeAll() }
    return untaken
  }

  func process(_ block: AudioBlock) throws -> AudioBlock {
    waiting.append(block)
    return take(try tracker.add(block))
  }

  func finish() throws -> AudioBlock { take(try tracker.finish()) }

  private func take(_ decided: [QuantisedGain]) -> AudioBlock {
    var result = AudioBlock(emptyWithChannelCount: waiting.channelCount, sampleRateHz: waiting.sampleRateHz)
    for gain in decided {
      let curve = GainCurve(start: previous ?? gain, end: gain, sampleCount: blockSampleCount)
      var stretch = waiting.slice(0..<min(blockSampleCount, waiting.sampleCount))
      curve.apply(to: &stretch, offset: 0)
      waiting.removeFirst(stretch.sampleCount)
      result.append(stretch)
      previous = gain
      untaken.append(gain.hundredthsDB)
    }
    return result
  }
}

import Signal

/// Brings a signal at the codec's rate to the model's loudness.
protocol GainStage: AnyObject {
  /// The gains of blocks decided since the last call, in hundredths of a decibel; none where one gain holds for all.
  func takeGainsHundredthsDB() -> [Int]
  /// Takes a stretch and returns what is ready, which may lag behind.
  func process(_ block: AudioBuffer) throws -> AudioBuffer
  /// Returns the rest.
  func finish() throws -> AudioBuffer
}

/// One gain for a whole file.
final class ConstantGainStage: GainStage {
  private let gain: QuantisedGain
  private var nothing: AudioBuffer?

  init(_ gain: QuantisedGain) { self.gain = gain }

  func takeGainsHundredthsDB() -> [Int] { [] }

  func process(_ block: AudioBuffer) throws -> AudioBuffer {
    var block = block
    gain.apply(to: &block)
    nothing = block.slice(0..<0)
    return block
  }

  func finish() throws -> AudioBuffer {
    guard let nothing else { preconditionFailure("a gain stage ends before it has begun") }
    return nothing
  }
}

/// A gain per block for a pipe, from a short look-ahead: `BlockGainTracker` decides it, `GainCurve` joins it, and what is
/// written of it makes up for the loudness that is lost.
final class BlockGainStage: GainStage {
  private let tracker: BlockGainTracker
  private let blockSampleCount: Int
  private let restoration: RunningRestoration
  private var waiting: AudioBuffer
  private var previous: QuantisedGain?
  private var untaken: [Int] = []

  init(
    channelCount: Int, sampleRateHz: Int, blockSampleCount: Int, normalisation: LoudnessNormalisation,
    restoration: RunningRestoration
  ) throws {
    tracker = try BlockGainTracker(
      channelCount: channelCount, sampleRateHz: sampleRateHz, blockSampleCount: blockSampleCount,
      normalisation: normalisation)
    self.blockSampleCount = blockSampleCount
    self.restoration = restoration
    waiting = AudioBuffer(emptyWithChannelCount: channelCount, sampleRateHz: sampleRateHz)
  }

  func takeGainsHundredthsDB() -> [Int] {
    defer { untaken.removeAll() }
    return untaken
  }

  func process(_ block: AudioBuffer) throws -> AudioBuffer {
    waiting.append(block)
    var result = waiting.slice(0..<0)
    for gain in try tracker.add(block) {
      result.append(try take(gain, isEnding: false))
      write(gain)
    }
    return result
  }

  func finish() throws -> AudioBuffer {
    var result = waiting.slice(0..<0)
    let gains = try tracker.finish()
    for gain in gains { result.append(try take(gain, isEnding: true)) }
    try restoration.finish()
    gains.forEach(write)
    return result
  }

  /// The next block with its gain.
  private func take(_ gain: QuantisedGain, isEnding: Bool) throws -> AudioBuffer {
    let curve = GainCurve(start: previous ?? gain, end: gain, sampleCount: blockSampleCount)
    let original = waiting.slice(0..<min(blockSampleCount, waiting.sampleCount))
    waiting.removeFirst(original.sampleCount)
    previous = gain
    return try restoration.applying(curve, to: original, isEnding: isEnding)
  }

  private func write(_ gain: QuantisedGain) {
    untaken.append(QuantisedGain(decibels: gain.decibels - restoration.correctionDB).hundredthsDB)
  }
}

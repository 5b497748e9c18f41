import Signal
import Tokens

/// Stage that brings a signal at the codec's rate to the loudness that the model was trained on.
protocol EncoderGain: AudioStage {
  /// Removes and returns the gains to be stored for the blocks whose gain was decided since the last call, in order;
  /// none for a stream with one gain.
  func takeBlockGains() -> [Gain]
}

/// Stage that applies one gain to a whole recording.
final class WholeGain: EncoderGain {
  private let gain: Gain

  init(_ gain: Gain) { self.gain = gain }

  func takeBlockGains() -> [Gain] { [] }

  func process(_ chunk: AudioBuffer) -> AudioBuffer {
    var result = chunk
    gain.apply(to: &result)
    return result
  }

  func finish() -> AudioBuffer? { nil }
}

/// Stage that applies a gain to each block of a pipe. Each gain is decided when the three seconds after its block are
/// known.
///
/// `BlockGainTracker` decides the gain at the end of each block, and `GainCurve` leads from the gain of the block
/// before to this gain. The stored gain also compensates the loudness that decoding loses.
final class BlockGain: EncoderGain {
  private let tracker: BlockGainTracker
  private let blockSampleCount: Int
  private let restoration: RunningRestoration
  private var waiting: AudioBuffer
  private var previous: Gain?
  private var untaken: [Gain] = []

  /// Gain stage for a pipe of which nothing has been read.
  ///
  /// - Throws: `SignalError` for a format that cannot be measured.
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

  func takeBlockGains() -> [Gain] {
    defer { untaken.removeAll() }
    return untaken
  }

  func process(_ chunk: AudioBuffer) throws -> AudioBuffer {
    waiting.append(chunk)
    var result = waiting.slice(0..<0)
    for gain in try tracker.add(chunk) {
      result.append(try amplifyNextBlock(gain, isEnding: false))
      store(gain)
    }
    return result
  }

  func finish() throws -> AudioBuffer? {
    var result = waiting.slice(0..<0)
    let gains = try tracker.finish()
    for gain in gains { result.append(try amplifyNextBlock(gain, isEnding: true)) }
    try restoration.finish()
    gains.forEach(store)
    return result
  }

  /// Removes the next block from the waiting samples and returns it with its gain applied.
  ///
  /// - Parameter isEnding: Whether the pipe has ended.
  private func amplifyNextBlock(_ gain: Gain, isEnding: Bool) throws -> AudioBuffer {
    let curve = GainCurve(start: previous ?? gain, end: gain, sampleCount: blockSampleCount)
    let original = waiting.slice(0..<min(blockSampleCount, waiting.sampleCount))
    waiting.removeFirst(original.sampleCount)
    previous = gain
    return try restoration.applying(curve, to: original, isEnding: isEnding)
  }

  private func store(_ gain: Gain) {
    untaken.append(Gain(decibels: gain.decibels - restoration.correctionDB))
  }
}

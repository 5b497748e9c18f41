public import Tokens

/// Tracker that selects one quantised gain per block of a stream of unknown length, with a short look-ahead.
///
/// The gain of block `k` applies at the block's end. ``GainCurve`` leads from the gain of block `k − 1` to the gain of
/// block `k`; the first block has a constant gain.
///
/// A gain depends on the loudness around the end of its block: ``windowSeconds`` before the end (all of the first
/// block) and ``lookAheadSeconds`` after the end. The loudness is gated as in ITU-R BS.1770-4: gating blocks of 400 ms
/// every 100 ms, an absolute gate of −70 LUFS and a relative gate of −10 LU. If all gating blocks are below the
/// absolute gate, their loudness counts as −70 LUFS. If all gating blocks are digital silence, the gain of the block
/// before stays; the first block then has 0 dB. A stream shorter than ``LoudnessMeter/shortestSeconds`` is padded with
/// zeros to that duration.
///
/// A gain is lowered where the target would raise a known peak above 1. A peak in the look-ahead lowers the gain to the
/// peak's ceiling. A peak inside the block lowers the gain until the curve passes below the ceiling, but by at most
/// ``largestExtraReductionDB``. If blocks are no longer than the look-ahead, a sample exceeds 1 only where this largest
/// reduction does not suffice, as for a loud click in soft audio. With longer blocks a sudden rise may exceed 1, too.
/// The codec must accept samples above 1.
public final class BlockGainTracker {
  /// Duration of the measured audio before the end of a block.
  public static let windowSeconds = 3.0
  /// Duration of the measured audio after the end of a block: the latency of the tracker.
  public static let lookAheadSeconds = 3.0
  /// Largest reduction in dB below the gain for the target loudness, made for a peak inside the block.
  public static let largestExtraReductionDB = 12.0
  /// Absolute gate of ITU-R BS.1770-4 in LUFS.
  static let absoluteGateLUFS = -70.0
  /// Relative gate of ITU-R BS.1770-4, in LU below the mean loudness.
  static let relativeGateLU = 10.0

  /// Nominal block length in samples.
  public let blockSampleCount: Int
  /// Rule with the target loudness of all blocks.
  public let normalisation: LoudnessNormalisation
  /// Sample rate of the audio in Hz.
  public let sampleRateHz: Int
  /// Number of channels of the audio.
  public let channelCount: Int

  /// Number of samples from one gating block to the next: 100 ms.
  private let stepSampleCount: Int
  private let lookAheadSampleCount: Int
  private let state: EBUR128State
  /// Measurements of 100 ms each on which later gains may depend, oldest first; the last one of a stream may be
  /// shorter.
  private var steps: [Step] = []
  /// Index of the first entry of `steps`, counted from the start of the stream.
  private var firstStepIndex = 0
  private var partial: AudioBuffer
  private var sampleCount = 0
  private var emittedCount = 0
  private var previous: Gain?

  private struct Step {
    /// Loudness of the 400 ms that end with this step; `nil` for the first three steps and for a last, shorter one.
    var loudnessLUFS: Double?
    var samplePeak: Float
  }

  /// Tracker for a new stream.
  ///
  /// - Parameters:
  ///   - channelCount: Number of channels of the audio.
  ///   - sampleRateHz: Sample rate of the audio in Hz.
  ///   - blockSampleCount: Nominal block length in samples; the last block may be shorter.
  ///   - normalisation: Rule with the target loudness.
  /// - Precondition: `blockSampleCount` is positive.
  /// - Throws: ``SignalError`` for a format that libebur128 does not support, or for lack of memory.
  public init(
    channelCount: Int, sampleRateHz: Int, blockSampleCount: Int, normalisation: LoudnessNormalisation
  ) throws {
    precondition(blockSampleCount > 0, "gain blocks without samples")
    state = try EBUR128State(channelCount: channelCount, sampleRateHz: sampleRateHz, mode: .momentary)
    self.blockSampleCount = blockSampleCount
    self.normalisation = normalisation
    self.sampleRateHz = sampleRateHz
    self.channelCount = channelCount
    stepSampleCount = max(1, sampleRateHz / 10)
    lookAheadSampleCount = Int(Self.lookAheadSeconds * Double(sampleRateHz))
    partial = AudioBuffer(emptyWithChannelCount: channelCount, sampleRateHz: sampleRateHz)
  }

  /// Measures the next chunk of audio and returns the gains that are now decided, in the order of their blocks.
  ///
  /// - Throws: ``SignalError`` if the chunk does not have the tracker's channel count and sample rate, or if libebur128
  ///   fails.
  public func add(_ chunk: AudioBuffer) throws -> [Gain] {
    try chunk.requireFormat(channelCount: channelCount, sampleRateHz: sampleRateHz)
    sampleCount += chunk.sampleCount
    partial.append(chunk)
    var position = 0
    var gains: [Gain] = []
    while partial.sampleCount - position >= stepSampleCount {
      try measure(position..<position + stepSampleCount)
      position += stepSampleCount
      // Decides from whole steps only, so that gains do not depend on the division into chunks.
      let measured = (firstStepIndex + steps.count) * stepSampleCount
      while measured >= (emittedCount + 1) * blockSampleCount + lookAheadSampleCount { gains.append(decide()) }
    }
    partial.removeFirst(position)
    return gains
  }

  /// Returns the gains of all remaining blocks. A stream has ⌈samples / blockSampleCount⌉ gains in total.
  ///
  /// - Throws: ``SignalError`` if libebur128 fails.
  public func finish() throws -> [Gain] {
    try padShortStream()
    if partial.sampleCount > 0 {
      let rest = AudioBuffer(emptyWithChannelCount: channelCount, sampleRateHz: sampleRateHz)
      steps.append(Step(loudnessLUFS: nil, samplePeak: partial.samplePeak))
      partial = rest
    }
    var gains: [Gain] = []
    while emittedCount * blockSampleCount < sampleCount { gains.append(decide()) }
    return gains
  }

  private func padShortStream() throws {
    let missing = Int((LoudnessMeter.shortestSeconds * Double(sampleRateHz)).rounded(.up)) - sampleCount
    guard sampleCount > 0, missing > 0 else { return }
    let silence = [Float](repeating: 0, count: missing)
    partial.append(AudioBuffer(channels: Array(repeating: silence, count: channelCount), sampleRateHz: sampleRateHz))
    while partial.sampleCount >= stepSampleCount {
      try measure(0..<stepSampleCount)
      partial.removeFirst(stepSampleCount)
    }
  }

  private func measure(_ range: Range<Int>) throws {
    try state.add(partial, range: range)
    let isWhole = firstStepIndex + steps.count >= 3
    steps.append(
      Step(loudnessLUFS: isWhole ? state.momentaryLoudness : nil, samplePeak: partial.slice(range).samplePeak))
  }

  /// Decides the gain at the end of the next block.
  private func decide() -> Gain {
    let blockStart = emittedCount * blockSampleCount
    let blockEnd = blockStart + blockSampleCount
    let windowStart =
      emittedCount == 0 ? 0 : max(0, blockEnd - Int(Self.windowSeconds * Double(sampleRateHz)))
    let windowEnd = blockEnd + lookAheadSampleCount
    let loudness = gatedLoudness(of: stepRange(windowStart, windowEnd).compactMap { $0.loudnessLUFS })
    let wantedDB = loudness.map { normalisation.targetLUFS - $0 } ?? previous?.decibels ?? 0
    var ceilingDB = LoudnessNormalisation.peakCeilingDB(samplePeak: peak(blockEnd, windowEnd))
    ceilingDB = min(ceilingDB, max(bendCeilingDB(from: blockStart), wantedDB - Self.largestExtraReductionDB))
    let gain = Gain(decibels: wantedDB, ceilingDB: ceilingDB)
    previous = gain
    emittedCount += 1
    forgetSteps(before: emittedCount * blockSampleCount - Int(Self.windowSeconds * Double(sampleRateHz)))
    return gain
  }

  /// Highest gain in dB at the block's end whose curve stays at or below the ceiling of every peak in the block; −∞ if
  /// no gain does.
  private func bendCeilingDB(from blockStart: Int) -> Double {
    let blockEnd = blockStart + blockSampleCount
    guard let start = previous?.decibels else {
      return LoudnessNormalisation.peakCeilingDB(samplePeak: peak(blockStart, blockEnd))
    }
    var ceiling = Double.infinity
    for index in stepIndices(blockStart, blockEnd) {
      let peakDB = LoudnessNormalisation.peakCeilingDB(samplePeak: steps[index - firstStepIndex].samplePeak)
      // A falling curve is highest at the beginning of a step, a rising curve at its end.
      let stepStart = Double(max(0, index * stepSampleCount - blockStart)) / Double(blockSampleCount)
      let stepEnd = min(1, Double((index + 1) * stepSampleCount - blockStart) / Double(blockSampleCount))
      let fraction = start > peakDB ? stepStart : stepEnd
      if fraction > 0 {
        ceiling = min(ceiling, (peakDB - (1 - fraction) * start) / fraction)
      } else if start > peakDB {
        ceiling = -.infinity
      }
    }
    return ceiling
  }

  /// Gated loudness of gating blocks (ITU-R BS.1770-4, equations 5 to 7), at least the absolute gate; nil if all blocks
  /// are digital silence.
  private func gatedLoudness(of blocks: [Double]) -> Double? {
    let audible = blocks.filter { $0 > Self.absoluteGateLUFS }
    guard !audible.isEmpty else {
      return blocks.contains { $0 > LoudnessMeter.lowestLUFS } ? Self.absoluteGateLUFS : nil
    }
    let threshold = Self.meanLoudness(audible) - Self.relativeGateLU
    return Self.meanLoudness(audible.filter { $0 > threshold })
  }

  private static func meanLoudness(_ blocks: [Double]) -> Double {
    let energy = blocks.reduce(0) { $0 + Gain.power(decibels: $1) } / Double(blocks.count)
    return Gain.decibels(power: energy)
  }

  private func stepIndices(_ start: Int, _ end: Int) -> Range<Int> {
    let end = (end + stepSampleCount - 1) / stepSampleCount
    let known = firstStepIndex..<firstStepIndex + steps.count
    return (start / stepSampleCount..<max(end, start / stepSampleCount)).clamped(to: known)
  }

  private func stepRange(_ start: Int, _ end: Int) -> ArraySlice<Step> {
    let range = stepIndices(start, end)
    return steps[range.lowerBound - firstStepIndex..<range.upperBound - firstStepIndex]
  }

  private func peak(_ start: Int, _ end: Int) -> Float {
    stepRange(start, end).reduce(0) { max($0, $1.samplePeak) }
  }

  private func forgetSteps(before sample: Int) {
    let count = min(max(0, sample / stepSampleCount - firstStepIndex), steps.count)
    steps.removeFirst(count)
    firstStepIndex += count
  }
}

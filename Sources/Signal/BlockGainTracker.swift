/// Chooses the gains of a stream whose end is unknown: one quantised gain per block, from a short look-ahead.
///
/// The gain of block `k` holds at its end, where block `k + 1` begins. ``GainCurve`` runs from the gain of block
/// `k − 1` to that of block `k`; the first block is constant at its own gain.
///
/// The loudness behind a gain is that of a window around the end of the block, ``windowSeconds`` before it (all of
/// the first block) and ``lookAheadSeconds`` after it, gated as in BS.1770-4 (400 ms every 100 ms; −70 LUFS, then
/// 10 LU below the mean). A window without a block above the gate keeps the gain before it, 0 dB at the start.
///
/// Where the target would lift a known peak above 1 the gain is lowered, to the peak's own ceiling in the look-ahead
/// and, within the block, as far as the curve must bend to pass under it but no more than
/// ``largestExtraReductionDB``. When the block is no longer than the look-ahead, no sample passes 1; behind a longer
/// block's look-ahead a sudden rise may, and the codec must take samples above 1 there.
public final class BlockGainTracker {
  /// Audio before the end of a block that counts.
  public static let windowSeconds = 3.0
  /// Audio after the end of a block that counts; the delay that a tracker adds.
  public static let lookAheadSeconds = 3.0
  /// How far below the loudness target a curve may be bent to pass under a peak inside the block.
  public static let largestExtraReductionDB = 12.0
  /// BS.1770-4: absolute and relative gates.
  static let absoluteGateLUFS = -70.0
  static let relativeGateLU = 10.0

  public let blockSampleCount: Int
  public let normalisation: LoudnessNormalisation
  public let sampleRateHz: Int
  public let channelCount: Int

  /// 100 ms: one gating block begins per step.
  private let stepSampleCount: Int
  private let lookAheadSampleCount: Int
  private let state: EBUR128State
  /// Steps that may still matter, oldest first.
  private var steps: [Step] = []
  /// Number of the first entry of `steps`, counted from the start of the stream.
  private var firstStepIndex = 0
  private var partial: AudioBuffer
  private var sampleCount = 0
  private var emittedCount = 0
  private var previous: QuantisedGain?

  private struct Step {
    /// Loudness of the 400 ms that end with this step; `nil` before there are as many.
    var loudnessLUFS: Double?
    var samplePeak: Float
  }

  /// - Parameter blockSampleCount: the nominal block length; the last block may be shorter.
  /// - Precondition: `blockSampleCount` is positive.
  /// - Throws: ``SignalError`` for a format that cannot be measured.
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

  /// Listens to the next stretch and returns the gains that are now decided, in the order of their blocks.
  public func add(_ block: AudioBuffer) throws -> [QuantisedGain] {
    try block.requireFormat(channelCount: channelCount, sampleRateHz: sampleRateHz)
    sampleCount += block.sampleCount
    partial.append(block)
    var position = 0
    var gains: [QuantisedGain] = []
    while partial.sampleCount - position >= stepSampleCount {
      try measure(position..<position + stepSampleCount)
      position += stepSampleCount
      // Decide from whole steps only, so that the gains do not depend on how the stream was cut into blocks.
      let measured = (firstStepIndex + steps.count) * stepSampleCount
      while measured >= (emittedCount + 1) * blockSampleCount + lookAheadSampleCount { gains.append(decide()) }
    }
    partial.removeFirst(position)
    return gains
  }

  /// Returns the gains of all remaining blocks; together there are ⌈samples / blockSampleCount⌉.
  public func finish() throws -> [QuantisedGain] {
    if partial.sampleCount > 0 {
      let rest = AudioBuffer(emptyWithChannelCount: channelCount, sampleRateHz: sampleRateHz)
      steps.append(Step(loudnessLUFS: nil, samplePeak: partial.samplePeak))
      partial = rest
    }
    var gains: [QuantisedGain] = []
    while emittedCount * blockSampleCount < sampleCount { gains.append(decide()) }
    return gains
  }

  private func measure(_ range: Range<Int>) throws {
    try state.add(partial, range: range)
    let isWhole = firstStepIndex + steps.count >= 3
    steps.append(
      Step(loudnessLUFS: isWhole ? state.momentaryLoudness : nil, samplePeak: partial.slice(range).samplePeak))
  }

  /// The gain at the end of the next block.
  private func decide() -> QuantisedGain {
    let blockStart = emittedCount * blockSampleCount
    let blockEnd = blockStart + blockSampleCount
    let windowStart =
      emittedCount == 0 ? 0 : max(0, blockEnd - Int(Self.windowSeconds * Double(sampleRateHz)))
    let windowEnd = blockEnd + lookAheadSampleCount
    let loudness = gatedLoudness(of: stepRange(windowStart, windowEnd).compactMap { $0.loudnessLUFS })
    let wantedDB = loudness.map { normalisation.targetLUFS - $0 } ?? previous?.decibels ?? 0
    var ceilingDB = LoudnessNormalisation.peakCeilingDB(samplePeak: peak(blockEnd, windowEnd))
    ceilingDB = min(ceilingDB, max(bendCeilingDB(from: blockStart), wantedDB - Self.largestExtraReductionDB))
    let gain = QuantisedGain(decibels: wantedDB, ceilingDB: ceilingDB)
    previous = gain
    emittedCount += 1
    forgetSteps(before: emittedCount * blockSampleCount - Int(Self.windowSeconds * Double(sampleRateHz)))
    return gain
  }

  /// The highest end gain whose curve passes under every peak of the block.
  private func bendCeilingDB(from blockStart: Int) -> Double {
    let blockEnd = blockStart + blockSampleCount
    guard let start = previous?.decibels else {
      return LoudnessNormalisation.peakCeilingDB(samplePeak: peak(blockStart, blockEnd))
    }
    var ceiling = Double.infinity
    for index in stepIndices(blockStart, blockEnd) {
      let peakDB = LoudnessNormalisation.peakCeilingDB(samplePeak: steps[index - firstStepIndex].samplePeak)
      // A falling curve is highest at the beginning of the step, a rising one at its end.
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

  /// BS.1770-4, equations 5 to 7, over loudness values of gating blocks.
  private func gatedLoudness(of blocks: [Double]) -> Double? {
    let audible = blocks.filter { $0 > Self.absoluteGateLUFS }
    guard !audible.isEmpty else { return nil }
    let threshold = Self.meanLoudness(audible) - Self.relativeGateLU
    return Self.meanLoudness(audible.filter { $0 > threshold })
  }

  private static func meanLoudness(_ blocks: [Double]) -> Double {
    let energy = blocks.reduce(0) { $0 + QuantisedGain.power(decibels: $1) } / Double(blocks.count)
    return QuantisedGain.decibels(power: energy)
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

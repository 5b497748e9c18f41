import Glibc

/// Takes away the offset that a neural decoder adds to its sound: what changes more slowly than a few hertz.
///
/// The offset in the middle of a step is the mean of the samples around it under a Hann window of
/// ±``reachSeconds``; between the middles it runs straight. That passes what lies above 5 Hz to within 0.3 dB, above
/// 20 Hz to within 0.05 dB, without a shift in phase. (libopus, too, rejects an offset, below 3 Hz: `dc_reject` in its
/// `opus_encoder.c`.) Delay is compensated: what ``process(_:)`` and ``finish()`` return has together exactly the length
/// of the input, each sample in its place. Memory is constant.
public struct OffsetRemover: Sendable {
  static let reachSeconds = 0.28

  public let channelCount: Int
  public let sampleRateHz: Int
  private let stepSampleCount: Int
  /// Weights of a step and of those 1, 2 … steps away from it.
  private let weights: [Double]
  /// Samples that have not come out, from the beginning of a step on.
  private var pending: AudioBuffer
  /// Sums of whole steps `[step][channel]` and how many samples each has.
  private var steps: [(sums: [Double], sampleCount: Int)] = []
  /// Steps before the first of `steps`, and before the first of `pending`.
  private var forgottenStepCount = 0
  private var emittedStepCount = 0

  /// - Parameter stepSampleCount: samples that have one mean, counted from the first sample on; a hop, for one.
  /// - Precondition: there are channels, and a step has samples.
  public init(channelCount: Int, sampleRateHz: Int, stepSampleCount: Int) {
    precondition(channelCount > 0 && stepSampleCount > 0, "an offset of nothing")
    self.channelCount = channelCount
    self.sampleRateHz = sampleRateHz
    self.stepSampleCount = stepSampleCount
    let reach = Int((Self.reachSeconds * Double(sampleRateHz) / Double(stepSampleCount)).rounded(.up))
    weights = (0...reach).map { 0.5 + 0.5 * cos(Double.pi * Double($0) / Double(reach + 1)) }
    pending = AudioBuffer(emptyWithChannelCount: channelCount, sampleRateHz: sampleRateHz)
  }

  /// Steps before a sample's own that it depends on.
  public var memoryStepCount: Int { weights.count }

  /// Takes the next stretch and returns what is decided, which lags by the reach and two steps at most.
  ///
  /// - Throws: ``SignalError`` when the block has another format.
  public mutating func process(_ block: AudioBuffer) throws -> AudioBuffer {
    try block.requireFormat(channelCount: channelCount, sampleRateHz: sampleRateHz)
    pending.append(block)
    while (measuredStepCount - emittedStepCount + 1) * stepSampleCount <= pending.sampleCount {
      measureStep(sampleCount: stepSampleCount)
    }
    return emit(max(0, measuredStepCount - memoryStepCount - emittedStepCount))
  }

  /// Returns the rest and makes the remover ready for another signal.
  public mutating func finish() -> AudioBuffer {
    let rest = pending.sampleCount - (measuredStepCount - emittedStepCount) * stepSampleCount
    if rest > 0 { measureStep(sampleCount: rest) }
    let output = emit(measuredStepCount - emittedStepCount)
    steps.removeAll()
    (forgottenStepCount, emittedStepCount) = (0, 0)
    return output
  }

  private var measuredStepCount: Int { forgottenStepCount + steps.count }

  private mutating func measureStep(sampleCount: Int) {
    let start = (measuredStepCount - emittedStepCount) * stepSampleCount
    let sums = pending.channels.map { $0[start..<start + sampleCount].reduce(0.0) { $0 + Double($1) } }
    steps.append((sums, sampleCount))
  }

  /// In the middle of a step; of one that does not exist, that of the nearest.
  private func offset(step: Int, channel: Int) -> Double {
    let step = min(max(step, 0), measuredStepCount - 1)
    var (sum, weight) = (0.0, 0.0)
    let reach = weights.count - 1
    for other in max(forgottenStepCount, step - reach)...min(measuredStepCount - 1, step + reach) {
      let measured = steps[other - forgottenStepCount]
      sum += weights[abs(other - step)] * measured.sums[channel]
      weight += weights[abs(other - step)] * Double(measured.sampleCount)
    }
    return sum / weight
  }

  /// Sends out the oldest `count` steps.
  private mutating func emit(_ count: Int) -> AudioBuffer {
    var output = pending.slice(0..<min(pending.sampleCount, count * stepSampleCount))
    pending.removeFirst(output.sampleCount)
    guard count > 0 else { return output }
    for channel in output.channels.indices {
      // Of the steps, and of one more on either side.
      let offsets = (emittedStepCount - 1...emittedStepCount + count).map { offset(step: $0, channel: channel) }
      for index in 0..<count {
        let middle = offsets[index + 1]
        let first = index * stepSampleCount
        for sample in first..<min(first + stepSampleCount, output.sampleCount) {
          // Distance from the middle of the step, in steps, −0.5 to 0.5.
          let distance = (Double(sample - first) + 0.5) / Double(stepSampleCount) - 0.5
          let neighbour = distance < 0 ? offsets[index] : offsets[index + 2]
          output.channels[channel][sample] -= Float(middle + abs(distance) * (neighbour - middle))
        }
      }
    }
    emittedStepCount += count
    let forgettable = emittedStepCount - memoryStepCount - forgottenStepCount
    if forgettable > 0 {
      steps.removeFirst(forgettable)
      forgottenStepCount += forgettable
    }
    return output
  }
}

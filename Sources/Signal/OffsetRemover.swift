import Glibc

/// Linear-phase high-pass that removes the slowly changing offset which neural decoders add to audio.
///
/// Audio is divided into steps. The offset in the middle of a step is the mean of the samples within ±0.28 s under a
/// Hann window. Between two middles the offset is interpolated linearly. Frequencies above 5 Hz pass to within 0.3 dB,
/// frequencies above 20 Hz to within 0.05 dB. (libopus similarly rejects frequencies below 3 Hz: `dc_reject` in
/// `opus_encoder.c`.) The delay is compensated: ``process(_:)`` and ``finish()`` together return exactly the length of
/// the input, each sample in its place. Memory is constant.
public struct OffsetRemover: Sendable {
  /// Half the length of the Hann window in seconds.
  static let reachSeconds = 0.28

  /// Number of channels of input and output.
  public let channelCount: Int
  /// Sample rate of input and output in Hz.
  public let sampleRateHz: Int
  private let stepSampleCount: Int
  /// Weights of the Hann window at distances of 0, 1, 2 … steps.
  private let weights: [Double]
  /// Samples not returned yet, from the beginning of a step on.
  private var pending: AudioBuffer
  /// Sum of the samples of each channel, and number of samples per channel, for each measured step on which later
  /// output may depend.
  private var steps: [(sums: [Double], sampleCount: Int)] = []
  /// Number of steps removed from `steps`.
  private var forgottenStepCount = 0
  /// Number of steps removed from `pending`.
  private var emittedStepCount = 0

  /// Remover for audio of the given format.
  ///
  /// - Parameters:
  ///   - channelCount: Number of channels of the audio.
  ///   - sampleRateHz: Sample rate of the audio in Hz.
  ///   - stepSampleCount: Number of samples in a step, for example the hop length of a codec. Steps begin at the first
  ///     sample.
  /// - Precondition: `channelCount` and `stepSampleCount` are positive.
  public init(channelCount: Int, sampleRateHz: Int, stepSampleCount: Int) {
    precondition(channelCount > 0 && stepSampleCount > 0, "an offset of nothing")
    self.channelCount = channelCount
    self.sampleRateHz = sampleRateHz
    self.stepSampleCount = stepSampleCount
    let reach = Int((Self.reachSeconds * Double(sampleRateHz) / Double(stepSampleCount)).rounded(.up))
    weights = (0...reach).map { 0.5 + 0.5 * cos(Double.pi * Double($0) / Double(reach + 1)) }
    pending = AudioBuffer(emptyWithChannelCount: channelCount, sampleRateHz: sampleRateHz)
  }

  /// Number of steps before a sample's step that the sample's output depends on.
  public var memoryStepCount: Int { weights.count }

  /// Filters the next chunk and returns the output so far, which lags by at most the reach and two steps.
  ///
  /// - Throws: ``SignalError`` if the chunk does not have the remover's channel count and sample rate.
  public mutating func process(_ chunk: AudioBuffer) throws -> AudioBuffer {
    try chunk.requireFormat(channelCount: channelCount, sampleRateHz: sampleRateHz)
    pending.append(chunk)
    while (measuredStepCount - emittedStepCount + 1) * stepSampleCount <= pending.sampleCount {
      measureStep(sampleCount: stepSampleCount)
    }
    return emit(max(0, measuredStepCount - memoryStepCount - emittedStepCount))
  }

  /// Returns the remaining output and resets the remover for another signal.
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

  /// Offset of a channel in the middle of a step; steps beyond either end have the offset of the nearest step.
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

  /// Removes the oldest `count` steps and returns them without their offset.
  private mutating func emit(_ count: Int) -> AudioBuffer {
    var output = pending.slice(0..<min(pending.sampleCount, count * stepSampleCount))
    pending.removeFirst(output.sampleCount)
    guard count > 0 else { return output }
    for channel in output.channels.indices {
      // Interpolation needs the offset of one further step on either side.
      let offsets = (emittedStepCount - 1...emittedStepCount + count).map { offset(step: $0, channel: channel) }
      for index in 0..<count {
        let middle = offsets[index + 1]
        let first = index * stepSampleCount
        for sample in first..<min(first + stepSampleCount, output.sampleCount) {
          // Distance from the middle of the step in steps, −0.5 to 0.5.
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

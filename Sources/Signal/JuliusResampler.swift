import Glibc

/// Streaming sample rate conversion as julius does it, the library that DAC's tool resamples with.
///
/// A sinc with 24 zero crossings on either side under a squared cosine, cut off at 94.5 % of the lower Nyquist
/// frequency; beyond its ends the audio goes on with its first and last sample. The filters are computed in single
/// precision, as there. ``Resampler`` is steeper; this one is for files whose samples are to come back as that tool
/// brings them back.
///
/// From `n` input samples come ⌊n · outputRateHz / inputRateHz⌋. Between equal rates every block passes unchanged.
///
/// Source: julius 0.2.7, `resample.py`, `ResampleFrac`.
public final class JuliusResampler {
  public let inputRateHz: Int
  public let outputRateHz: Int
  public let channelCount: Int

  /// The rates without their common divisor: after `newRate` outputs, `oldRate` inputs on, the filters repeat.
  private let oldRate: Int
  private let newRate: Int
  /// Inputs on either side that an output depends on.
  private let width: Int
  /// The filters of all phases, where they are few enough to keep.
  private var filters: [Float] = []
  /// For each channel, inputs from `firstKept` on.
  private var kept: [[Float]]
  private var firstKept = 0
  private var consumedCount = 0
  private var producedCount = 0

  private static let zeroCrossings = 24
  private static let rolloff = 0.945
  /// 16 MiB; for odder rates every filter is computed when it is used.
  private static let largestTable = 1 << 22

  /// - Throws: ``SignalError`` for a rate or channel count that ``Resampler`` does not take either.
  public init(inputRateHz: Int, outputRateHz: Int, channelCount: Int) throws {
    for rate in [inputRateHz, outputRateHz] where !Resampler.supportedSampleRatesHz.contains(rate) {
      throw SignalError.unsupportedSampleRate(hz: rate, allowed: Resampler.supportedSampleRatesHz)
    }
    guard Resampler.supportedChannelCounts.contains(channelCount) else {
      throw SignalError.unsupportedChannelCount(channelCount, allowed: Resampler.supportedChannelCounts)
    }
    self.inputRateHz = inputRateHz
    self.outputRateHz = outputRateHz
    self.channelCount = channelCount
    let divisor = Self.greatestCommonDivisor(inputRateHz, outputRateHz)
    oldRate = inputRateHz / divisor
    newRate = outputRateHz / divisor
    width = Int((Double(Self.zeroCrossings * oldRate) / (Double(min(oldRate, newRate)) * Self.rolloff)).rounded(.up))
    kept = [[Float]](repeating: [], count: channelCount)
    if oldRate != newRate, newRate * tapCount <= Self.largestTable {
      filters = (0..<newRate).flatMap(filter)
    }
  }

  /// Length of `sampleCount` samples after conversion: ⌊sampleCount · outputRateHz / inputRateHz⌋.
  public static func outputCount(forInputCount sampleCount: Int, inputRateHz: Int, outputRateHz: Int) -> Int {
    // Split so that the product cannot overflow for any length a file can have.
    let (seconds, rest) = sampleCount.quotientAndRemainder(dividingBy: inputRateHz)
    return seconds * outputRateHz + rest * outputRateHz / inputRateHz
  }

  /// Converts the next stretch of input and returns what is ready, which may be nothing.
  ///
  /// - Throws: ``SignalError`` when the block has another format.
  public func process(_ block: AudioBuffer) throws -> AudioBuffer {
    try block.requireFormat(channelCount: channelCount, sampleRateHz: inputRateHz)
    guard oldRate != newRate else { return block }
    guard block.sampleCount > 0 else { return take(producedCount) }
    if consumedCount == 0 {
      for index in kept.indices { kept[index] = [Float](repeating: block.channels[index][0], count: width) }
      firstKept = -width
    }
    for index in kept.indices { kept[index] += block.channels[index] }
    consumedCount += block.sampleCount
    // The last output whose inputs are all there: its centre is `width` before the end.
    let centre = consumedCount - 1 - width
    return take(max(producedCount, centre < 0 ? 0 : (centre * newRate) / oldRate))
  }

  /// Returns the rest, so that the total length is exact. Ends the resampler.
  public func finish() throws -> AudioBuffer {
    guard oldRate != newRate, consumedCount > 0 else { return take(producedCount) }
    for index in kept.indices {
      kept[index] += [Float](repeating: kept[index][kept[index].count - 1], count: width + oldRate)
    }
    return take(
      Self.outputCount(forInputCount: consumedCount, inputRateHz: inputRateHz, outputRateHz: outputRateHz))
  }

  private var tapCount: Int { 2 * width + 1 }

  /// The outputs up to `end`, and drops the inputs that no later one needs.
  private func take(_ end: Int) -> AudioBuffer {
    var output = AudioBuffer(emptyWithChannelCount: channelCount, sampleRateHz: outputRateHz)
    guard end > producedCount else { return output }
    for index in output.channels.indices { output.channels[index].reserveCapacity(end - producedCount) }
    for position in producedCount..<end {
      let (period, phase) = position.quotientAndRemainder(dividingBy: newRate)
      let first = period * oldRate + phase * oldRate / newRate - width - firstKept
      let taps = filters.isEmpty ? filter(phase)[...] : filters[phase * tapCount..<(phase + 1) * tapCount]
      for (index, samples) in kept.enumerated() {
        output.channels[index].append(Self.product(taps, samples[first..<first + tapCount]))
      }
    }
    producedCount = end
    let (period, phase) = end.quotientAndRemainder(dividingBy: newRate)
    let next = min(period * oldRate + phase * oldRate / newRate - width, firstKept + kept[0].count)
    for index in kept.indices { kept[index].removeFirst(next - firstKept) }
    firstKept = next
    return output
  }

  /// The weights of one phase, beginning `width` inputs before the one at or before its place.
  private func filter(_ phase: Int) -> [Float] {
    let rate = Float(Double(min(oldRate, newRate)) * Self.rolloff)
    let zeros = Float(Self.zeroCrossings)
    let shift = Float(-Double(phase) / Double(newRate))
    let first = phase * oldRate / newRate - width
    var weights = (0..<tapCount).map { tap in
      var time = (shift + Float(first + tap) / Float(oldRate)) * rate
      time = max(-zeros, min(zeros, time)) * Float.pi
      let window = cosf(time / zeros / 2)
      return (time == 0 ? 1 : sinf(time) / time) * window * window
    }
    let sum = Float(weights.reduce(0.0) { $0 + Double($1) })
    for index in weights.indices { weights[index] /= sum }
    return weights
  }

  private static func product(_ taps: ArraySlice<Float>, _ samples: ArraySlice<Float>) -> Float {
    var sum = 0.0
    for (tap, sample) in zip(taps, samples) { sum += Double(tap) * Double(sample) }
    return Float(sum)
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }
}

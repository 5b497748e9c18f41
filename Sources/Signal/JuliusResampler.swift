import Glibc

/// Streaming sample rate converter that agrees with julius, the resampling library of DAC's tool.
///
/// The filter is a sinc with 24 zero crossings on either side under a squared cosine. Its cut-off is 94.5 % of the
/// lower Nyquist frequency. The first and the last sample extend the audio beyond its ends. Filters are computed in
/// single precision, as in julius. ``Resampler`` is steeper; `.dac` files need this converter to decode as DAC's tool
/// does.
///
/// `n` input samples give ⌊n · outputRateHz / inputRateHz⌋ output samples. Between equal rates audio passes unchanged.
///
/// Source: julius 0.2.7, `resample.py`, `ResampleFrac`.
public final class JuliusResampler {
  /// Sample rate of the input in Hz.
  public let inputRateHz: Int
  /// Sample rate of the output in Hz.
  public let outputRateHz: Int
  /// Number of channels of input and output.
  public let channelCount: Int

  /// Input rate divided by the rates' greatest common divisor: filters repeat after `oldRate` inputs.
  private let oldRate: Int
  /// Output rate divided by the rates' greatest common divisor: filters repeat after `newRate` outputs.
  private let newRate: Int
  /// Number of input samples on either side on which an output sample depends.
  private let width: Int
  /// Filters of all phases, `[phase, tap]`; empty between equal rates, and if they exceed `largestTable`.
  private var filters: [Float] = []
  /// Input samples from index `firstKept` on, for each channel.
  private var kept: [[Float]]
  private var firstKept = 0
  private var consumedCount = 0
  private var producedCount = 0

  private static let zeroCrossings = 24
  private static let rolloff = 0.945
  /// Largest number of filter weights in `filters`: 4 Mi weights, 16 MiB. If the filters of all phases have more
  /// weights, `filters` is empty, and the filter of each output sample is computed when needed.
  private static let largestTable = 1 << 22

  /// Converter between the given rates.
  ///
  /// - Throws: ``SignalError`` for a rate outside ``Resampler/supportedSampleRatesHz`` or a channel count outside
  ///   ``Resampler/supportedChannelCounts``.
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

  /// Number of output samples for `sampleCount` input samples: ⌊sampleCount · outputRateHz / inputRateHz⌋.
  public static func outputCount(forInputCount sampleCount: Int, inputRateHz: Int, outputRateHz: Int) -> Int {
    // Whole seconds and the rest are converted separately, so that no product overflows.
    let (seconds, rest) = sampleCount.quotientAndRemainder(dividingBy: inputRateHz)
    return seconds * outputRateHz + rest * outputRateHz / inputRateHz
  }

  /// Converts the next chunk of input and returns the further output that is ready, possibly none.
  ///
  /// - Throws: ``SignalError`` if the chunk does not have the converter's channel count and input rate.
  public func process(_ chunk: AudioBuffer) throws -> AudioBuffer {
    try chunk.requireFormat(channelCount: channelCount, sampleRateHz: inputRateHz)
    guard oldRate != newRate else { return chunk }
    guard chunk.sampleCount > 0 else { return take(producedCount) }
    if consumedCount == 0 {
      for index in kept.indices { kept[index] = [Float](repeating: chunk.channels[index][0], count: width) }
      firstKept = -width
    }
    for index in kept.indices { kept[index] += chunk.channels[index] }
    consumedCount += chunk.sampleCount
    // The last complete output has its centre `width` samples before the end.
    let centre = consumedCount - 1 - width
    return take(max(producedCount, centre < 0 ? 0 : (centre * newRate) / oldRate))
  }

  /// Returns the remaining output, so that the total length is exact. The converter must not be used afterwards.
  public func finish() throws -> AudioBuffer {
    guard oldRate != newRate, consumedCount > 0 else { return take(producedCount) }
    for index in kept.indices {
      kept[index] += [Float](repeating: kept[index][kept[index].count - 1], count: width + oldRate)
    }
    return take(
      Self.outputCount(forInputCount: consumedCount, inputRateHz: inputRateHz, outputRateHz: outputRateHz))
  }

  private var tapCount: Int { 2 * width + 1 }

  /// Computes the output samples before `end` and removes the input samples that no later output needs.
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

  /// Computes the weights of one phase. The first weight belongs to the input sample `width` samples before the
  /// output's centre.
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

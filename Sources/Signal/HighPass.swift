import Glibc

/// High-pass for the input of an encoder, which removes a constant offset and rumble below the range of hearing: a
/// Butterworth filter of second order with its corner at ``cornerHz``.
///
/// Frequencies from 20 Hz pass to within 0.3 dB, frequencies from 30 Hz to within 0.1 dB. (libopus treats its input
/// likewise: `hp_cutoff` and `dc_reject` in `opus_encoder.c`.)
///
/// The filter starts as if the offset of the signal's beginning had lasted for ever, so an offset makes no click. This
/// offset is the mean of the first ``settlingSeconds`` under a Hann window, which tones from 20 Hz hardly change.
/// Samples enter as their difference from the first sample, so the output does not depend on a constant offset, within
/// the single precision of the samples.
///
/// ``process(_:)`` and ``finish()`` together return exactly the length of the input.
public struct HighPass: Sendable {
  /// Frequency in Hz at which the gain is −3 dB.
  public static let cornerHz = 10.0
  /// Duration in seconds of the beginning whose mean is the offset from which the filter starts.
  public static let settlingSeconds = 0.1

  /// Output below this size becomes 0: subnormal numbers would make the filter and the networks slow.
  private static let smallestOutput = 1e-20

  private let sampleRateHz: Int
  private var channels: [Channel]
  /// Samples received before the filter has started, because the settling time has not passed; nil once the filter has
  /// started.
  private var beginning: AudioBuffer?

  /// High-pass of one channel, with its coefficients and its state.
  private struct Channel: Sendable {
    private let gain: Double
    private let (a1, a2): (Double, Double)
    private var firstSample = 0.0
    private var (x1, x2, y1, y2) = (0.0, 0.0, 0.0, 0.0)

    init(sampleRateHz: Int) {
      // Bilinear transform of 1 / (1 + √2 s + s²).
      let corner = tan(Double.pi * cornerHz / Double(sampleRateHz))
      let damping = 2.0.squareRoot() * corner
      gain = 1 / (1 + damping + corner * corner)
      a1 = 2 * (corner * corner - 1) * gain
      a2 = (1 - damping + corner * corner) * gain
    }

    /// Sets the state that the filter would have if the offset of `beginning` had lasted for ever.
    mutating func settle(on beginning: [Float]) {
      firstSample = Double(beginning.first ?? 0)
      var (sum, weight) = (0.0, 0.0)
      for (index, sample) in beginning.enumerated() {
        let window = 1 - cos(2 * Double.pi * (Double(index) + 0.5) / Double(beginning.count))
        sum += window * (Double(sample) - firstSample)
        weight += window
      }
      let mean = weight > 0 ? sum / weight : 0
      (x1, x2, y1, y2) = (mean, mean, 0, 0)
    }

    mutating func next(_ sample: Float) -> Float {
      let x = Double(sample) - firstSample
      // The second difference of a constant input is exactly 0, and so is the output.
      var y = gain * ((x - x1) - (x1 - x2)) - a1 * y1 - a2 * y2
      if abs(y) < smallestOutput { y = 0 }
      (x2, x1, y2, y1) = (x1, x, y1, y)
      return Float(y)
    }
  }

  /// Filter for audio of the given format.
  ///
  /// - Throws: ``SignalError/unsupportedSampleRate(hz:allowed:)`` for a rate outside
  ///   ``Resampler/supportedSampleRatesHz``.
  public init(channelCount: Int, sampleRateHz: Int) throws {
    guard Resampler.supportedSampleRatesHz.contains(sampleRateHz) else {
      throw SignalError.unsupportedSampleRate(hz: sampleRateHz, allowed: Resampler.supportedSampleRatesHz)
    }
    self.sampleRateHz = sampleRateHz
    channels = (0..<channelCount).map { _ in Channel(sampleRateHz: sampleRateHz) }
    beginning = AudioBuffer(emptyWithChannelCount: channelCount, sampleRateHz: sampleRateHz)
  }

  /// Filters the next chunk and returns the output so far, which lags behind until the settling time has passed.
  ///
  /// - Throws: ``SignalError`` if the chunk does not have the filter's channel count and sample rate.
  public mutating func process(_ chunk: AudioBuffer) throws -> AudioBuffer {
    try chunk.requireFormat(channelCount: channels.count, sampleRateHz: sampleRateHz)
    guard var waiting = beginning else { return filtered(chunk) }
    waiting.append(chunk)
    let settlingSampleCount = Int(Self.settlingSeconds * Double(sampleRateHz))
    guard waiting.sampleCount >= settlingSampleCount else {
      beginning = waiting
      return waiting.slice(0..<0)
    }
    return started(with: waiting, settlingSampleCount: settlingSampleCount)
  }

  /// Returns the whole output of a signal shorter than ``settlingSeconds``; nil for a longer signal, whose output is
  /// complete, and for an empty signal.
  public mutating func finish() -> AudioBuffer? {
    guard let waiting = beginning, waiting.sampleCount > 0 else { return nil }
    return started(with: waiting, settlingSampleCount: waiting.sampleCount)
  }

  private mutating func started(with waiting: AudioBuffer, settlingSampleCount: Int) -> AudioBuffer {
    beginning = nil
    for index in channels.indices { channels[index].settle(on: Array(waiting.channels[index][..<settlingSampleCount])) }
    return filtered(waiting)
  }

  private mutating func filtered(_ chunk: AudioBuffer) -> AudioBuffer {
    var result = chunk
    for index in channels.indices {
      var channel = channels[index]
      for sample in result.channels[index].indices {
        result.channels[index][sample] = channel.next(result.channels[index][sample])
      }
      channels[index] = channel
    }
    return result
  }
}

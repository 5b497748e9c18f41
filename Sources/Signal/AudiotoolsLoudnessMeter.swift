import Glibc

/// Streaming meter of integrated loudness that agrees with audiotools, the library of DAC's tool.
///
/// `.dac` files store a loudness that audiotools measured, so decoding these files needs the same measure.
/// ``LoudnessMeter`` follows ITU-R BS.1770-4 instead. This meter differs from ``LoudnessMeter`` as follows. The filters
/// are pyloudnorm's, whose gains differ by some tenths of a decibel. A short gating block at the end counts, padded
/// with zeros. No loudness is below ``lowestLUFS``. The weights of the channels differ (``supportedChannelCounts``).
///
/// Source: audiotools 0.7.2, `core/loudness.py`; pyloudnorm, `meter.py` and `iirfilter.py` ("K-weighting"). Filter
/// coefficients are rounded to 32 bits as in audiotools, which changes the loudness by 0.0001 dB. Filters run in double
/// precision.
public struct AudiotoolsLoudnessMeter {
  /// Channel counts that audiotools supports. The fourth and the fifth channel weigh 1.5 dB more than the others.
  public static let supportedChannelCounts = 1...5
  /// Lowest loudness in LUFS that the meter gives, also for silence.
  public static let lowestLUFS = -70.0

  private static let weights = [1, 1, 1, 1.41, 1.41]
  private static let blockSeconds = 0.4
  private static let overlap = 0.75
  /// Duration to which shorter audio is padded with zeros.
  private static let shortestSeconds = 0.5

  private let sampleRateHz: Int
  private let blockLength: Int
  private let stepLength: Int
  private var channels: [Channel]
  private var sampleCount = 0

  /// Filters of one channel and energies of its gating blocks.
  private struct Channel {
    var filters: [Biquad]
    /// Sum of the squares of all filtered samples so far.
    var energy = 0.0
    /// Values of `energy` at the beginning of each unfinished gating block, oldest first.
    var openStarts: [Double] = []
    /// Sum of the squares of the filtered samples in each finished gating block.
    var blocks: [Double] = []
  }

  /// Meter for audio of the given format.
  ///
  /// - Throws: ``SignalError/unsupportedChannelCount(_:allowed:)`` for a channel count outside
  ///   ``supportedChannelCounts``; ``SignalError/unsupportedSampleRate(hz:allowed:)`` for a rate outside
  ///   ``Resampler/supportedSampleRatesHz``.
  public init(channelCount: Int, sampleRateHz: Int) throws {
    guard Self.supportedChannelCounts.contains(channelCount) else {
      throw SignalError.unsupportedChannelCount(channelCount, allowed: Self.supportedChannelCounts)
    }
    guard Resampler.supportedSampleRatesHz.contains(sampleRateHz) else {
      throw SignalError.unsupportedSampleRate(hz: sampleRateHz, allowed: Resampler.supportedSampleRatesHz)
    }
    self.sampleRateHz = sampleRateHz
    blockLength = Int(Self.blockSeconds * Double(sampleRateHz))
    stepLength = Int(Self.blockSeconds * Double(sampleRateHz) * (1 - Self.overlap))
    let filters = [
      Biquad.highShelf(gainDB: 4, quality: 0.5.squareRoot(), cornerHz: 1_500, sampleRateHz: sampleRateHz),
      Biquad.highPass(quality: 0.5, cornerHz: 38, sampleRateHz: sampleRateHz),
    ]
    channels = (0..<channelCount).map { _ in Channel(filters: filters) }
  }

  /// Measures the next chunk of audio.
  ///
  /// - Throws: ``SignalError`` if the chunk does not have the meter's channel count and sample rate.
  public mutating func add(_ chunk: AudioBuffer) throws {
    try chunk.requireFormat(channelCount: channels.count, sampleRateHz: sampleRateHz)
    for (index, samples) in chunk.channels.enumerated() { add(samples, toChannel: index) }
    sampleCount += chunk.sampleCount
  }

  private mutating func add(_ samples: [Float], toChannel index: Int) {
    var channel = channels[index]
    channels[index] = Channel(filters: [])
    for (offset, sample) in samples.enumerated() {
      let position = sampleCount + offset
      if position % stepLength == 0 { channel.openStarts.append(channel.energy) }
      var value = Double(sample)
      for filter in channel.filters.indices { value = channel.filters[filter].next(value) }
      channel.energy += value * value
      let length = position + 1 - channel.blocks.count * stepLength
      if length == blockLength { channel.blocks.append(channel.energy - channel.openStarts.removeFirst()) }
    }
    channels[index] = channel
  }

  /// Integrated loudness of all audio so far in LUFS, at least ``lowestLUFS``.
  public var integratedLoudnessLUFS: Double {
    var meter = self
    let shortest = Int(Self.shortestSeconds * Double(sampleRateHz))
    let missing = max(0, shortest - sampleCount)
    if missing > 0 {
      let silence = [Float](repeating: 0, count: missing)
      for index in meter.channels.indices { meter.add(silence, toChannel: index) }
      meter.sampleCount += missing
    }
    return meter.gatedLoudnessLUFS
  }

  /// Factor that changes the loudness of audio from `loudnessLUFS` to `targetLUFS`.
  public static func gain(from loudnessLUFS: Double, to targetLUFS: Double) -> Float {
    Float(pow(10, (targetLUFS - loudnessLUFS) / 20))
  }

  private var gatedLoudnessLUFS: Double {
    // The unfinished gating block at the end counts, unless a finished one ends at the same sample.
    let isWhole = (sampleCount - blockLength) % stepLength == 0
    let energies = channels.map { channel in
      (channel.blocks + (isWhole ? [] : channel.openStarts.prefix(1).map { channel.energy - $0 }))
        .map { $0 / (Self.blockSeconds * Double(sampleRateHz)) }
    }
    let loudnesses = (energies.first ?? []).indices.map { block in
      Self.loudness(energies.map { $0[block] })
    }
    func mean(above gateLUFS: Double) -> Double {
      let passing = loudnesses.indices.filter { loudnesses[$0] > gateLUFS }
      guard !passing.isEmpty else { return -.infinity }
      return Self.loudness(energies.map { channel in passing.reduce(0) { $0 + channel[$1] } / Double(passing.count) })
    }
    let relativeGate = mean(above: Self.lowestLUFS) - 10
    return max(Self.lowestLUFS, mean(above: max(Self.lowestLUFS, relativeGate)))
  }

  /// Loudness in LUFS of a segment with the mean squares `energies`, one for each channel.
  private static func loudness(_ energies: [Double]) -> Double {
    -0.691 + 10 * log10(zip(weights, energies).reduce(0) { $0 + $1.0 * $1.1 })
  }
}

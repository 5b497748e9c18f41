extension AudioBuffer {
  /// Audio buffer without samples, to which samples with this number of channels and this sample rate can be appended.
  public init(emptyWithChannelCount channelCount: Int, sampleRateHz: Int) {
    self.init(channels: [[Float]](repeating: [], count: channelCount), sampleRateHz: sampleRateHz)
  }

  /// Appends the samples of `other` to every channel.
  ///
  /// - Precondition: `other` has the same channel count and sample rate.
  public mutating func append(_ other: AudioBuffer) {
    precondition(
      channelCount == other.channelCount && sampleRateHz == other.sampleRateHz, "appending audio of another format")
    for index in channels.indices { channels[index] += other.channels[index] }
  }

  /// Returns one channel as a buffer of its own.
  ///
  /// - Parameter index: Index of the channel, from 0.
  public func channel(_ index: Int) -> AudioBuffer {
    AudioBuffer(channels: [channels[index]], sampleRateHz: sampleRateHz)
  }

  /// Copies the samples of `range` of every channel into a buffer of their own.
  ///
  /// - Precondition: `range` is within `0..<sampleCount`.
  public func slice(_ range: Range<Int>) -> AudioBuffer {
    AudioBuffer(channels: channels.map { Array($0[range]) }, sampleRateHz: sampleRateHz)
  }

  /// Removes the first `count` samples of every channel.
  ///
  /// - Precondition: `count` is at most ``sampleCount``.
  public mutating func removeFirst(_ count: Int) {
    guard count > 0 else { return }
    for index in channels.indices { channels[index].removeFirst(count) }
  }

  /// Largest absolute sample of all channels; 0 for an empty buffer.
  public var samplePeak: Float {
    var peak: Float = 0
    for channel in channels { peak = max(peak, Self.peak(of: channel)) }
    return peak
  }

  /// Mean of all channels as one channel: the downmix of VampNet and audiotools (`AudioSignal.to_mono`).
  ///
  /// A mono buffer is returned unchanged. Channels are added in order in single precision.
  ///
  /// - Precondition: there is at least one channel.
  public func downmixedToMono() -> AudioBuffer {
    precondition(channelCount > 0, "downmix of no channels")
    guard channelCount > 1 else { return self }
    var sum = channels[0]
    for channel in channels.dropFirst() {
      for index in sum.indices { sum[index] += channel[index] }
    }
    let divisor = Float(channelCount)
    for index in sum.indices { sum[index] /= divisor }
    return AudioBuffer(channels: [sum], sampleRateHz: sampleRateHz)
  }

  /// Largest absolute value of `samples`, computed in eight lanes because a plain reduction does not vectorise.
  static func peak(of samples: [Float]) -> Float {
    let laneCount = 8
    var lanes = SIMD8<Float>(repeating: 0)
    let vectorEnd = samples.count / laneCount * laneCount
    var index = 0
    while index < vectorEnd {
      var values = SIMD8<Float>()
      for lane in 0..<laneCount { values[lane] = abs(samples[index + lane]) }
      lanes.replace(with: values, where: values .> lanes)
      index += laneCount
    }
    var peak = lanes.max()
    for sample in samples[vectorEnd...] { peak = max(peak, abs(sample)) }
    return peak
  }
}

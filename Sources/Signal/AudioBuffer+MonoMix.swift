extension AudioBuffer {
  /// Mix of all channels as one channel, with the weights of their loudspeakers (``SpeakerLayout/monoWeights``).
  ///
  /// Mono is returned unchanged. Stereo, channels of an unknown layout, and layouts without front loudspeakers give the
  /// mean (``downmixedToMono()``).
  ///
  /// - Parameter layout: Loudspeakers of the channels; nil where they are unknown.
  /// - Precondition: there is at least one channel, and `layout` has one loudspeaker for each channel.
  public func mixedToMono(_ layout: SpeakerLayout?) -> AudioBuffer {
    guard channelCount > 2, let weights = layout?.monoWeights else { return downmixedToMono() }
    precondition(weights.count == channelCount, "a layout of \(weights.count) for \(channelCount) channels")
    var sum = [Float](repeating: 0, count: sampleCount)
    for (channel, weight) in zip(channels, weights) where weight > 0 {
      for index in sum.indices { sum[index] += weight * channel[index] }
    }
    return AudioBuffer(channels: [sum], sampleRateHz: sampleRateHz)
  }
}

import Signal

/// Degraded signal and its reference, checked to have the same sample rate, channel count and length, at least one
/// sample, and only finite samples.
struct ComparablePair {
  let degraded: AudioBuffer
  let reference: AudioBuffer

  init(degraded: AudioBuffer, reference: AudioBuffer) throws(EvaluationError) {
    guard degraded.channelCount == reference.channelCount else {
      throw .channelCountsDiffer(degraded: degraded.channelCount, reference: reference.channelCount)
    }
    guard degraded.sampleRateHz == reference.sampleRateHz else {
      throw .sampleRatesDiffer(degradedHz: degraded.sampleRateHz, referenceHz: reference.sampleRateHz)
    }
    guard degraded.sampleCount == reference.sampleCount else {
      throw .sampleCountsDiffer(degraded: degraded.sampleCount, reference: reference.sampleCount)
    }
    guard reference.sampleCount > 0 else { throw .emptySignal }
    for audio in [degraded, reference] {
      for (channel, samples) in audio.channels.enumerated() {
        if let sampleIndex = samples.firstIndex(where: { !$0.isFinite }) {
          throw .sampleNotFinite(channel: channel, sampleIndex: sampleIndex)
        }
      }
    }
    self.degraded = degraded
    self.reference = reference
  }
}

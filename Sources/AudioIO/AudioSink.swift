import Signal

/// Encoder of one output format, to which an ``AudioWriter`` passes all samples in order.
protocol AudioSink: AnyObject {
  /// Advances the dither noise as if `sampleCount` samples per channel had been written.
  func skip(_ sampleCount: Int)
  func write(_ audio: AudioBuffer) throws
  func finish() throws
}

import Signal

/// Encoder of one output format, to which an ``AudioWriter`` passes all samples in order.
protocol AudioSink: AnyObject {
  /// Declares that the next sample is sample `sampleCount` of the recording, which selects the dither noise.
  func skip(_ sampleCount: Int)
  func write(_ audio: AudioBuffer) throws
  func finish() throws
}

import Signal

/// Output format of an ``AudioWriter``.
protocol AudioSink: AnyObject {
  /// Declares that the next sample is sample `sampleCount` of the recording, which selects the dither noise.
  func skip(_ sampleCount: Int)
  func write(_ audio: AudioBuffer) throws
  func finish() throws
}

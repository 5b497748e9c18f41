/// Size of the chunks in which inputs are read.
enum InputReading {
  /// Number of samples per channel that are read and encoded at a time.
  static let chunkSampleCount = 65_536
}

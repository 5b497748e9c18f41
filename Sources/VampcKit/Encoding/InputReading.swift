/// Constants of reading an input.
enum InputReading {
  /// Samples per channel that are read and encoded at a time.
  static let chunkSampleCount = 65_536
}

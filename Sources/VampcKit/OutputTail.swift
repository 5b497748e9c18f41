import AudioIO
import Signal

/// Writes the samples of a stream that are wanted, and holds back the last ones until its length is known, so that the
/// padding of its last frame is not written.
struct OutputTail {
  private let wanted: Range<Int>
  private let heldSampleCount: Int
  private var held: AudioBuffer
  /// The sample of the stream that the first one held is.
  private var position: Int

  /// - Parameters:
  ///   - firstSample: of the stream, the first that will come.
  ///   - wanted: samples of the stream to be written.
  init(channelCount: Int, sampleRateHz: Int, heldSampleCount: Int, firstSample: Int, wanted: Range<Int>) {
    self.wanted = wanted
    self.heldSampleCount = heldSampleCount
    position = firstSample
    held = AudioBuffer(emptyWithChannelCount: channelCount, sampleRateHz: sampleRateHz)
  }

  /// Whether everything wanted has been written.
  var isComplete: Bool { position >= wanted.upperBound }

  mutating func append(_ block: AudioBuffer, into writer: AudioWriter) throws {
    held.append(block)
    try release(held.sampleCount - heldSampleCount, into: writer)
  }

  /// Writes what remains up to the end of the stream, which has `sampleCount` samples.
  mutating func finish(sampleCount: Int, into writer: AudioWriter) throws {
    try release(min(held.sampleCount, sampleCount - position), into: writer)
  }

  /// Lets go of the first `count` samples.
  private mutating func release(_ count: Int, into writer: AudioWriter) throws {
    guard count > 0 else { return }
    let chosen = wanted.clamped(to: position..<position + count)
    if !chosen.isEmpty {
      try writer.write(held.slice(chosen.lowerBound - position..<chosen.upperBound - position))
    }
    held.removeFirst(count)
    position += count
  }
}

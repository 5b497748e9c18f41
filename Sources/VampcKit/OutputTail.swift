import AudioIO
import Signal

/// Holds back the last samples of a stream until its length is known, so that the padding of its last frame is not
/// written.
struct OutputTail {
  private let heldSampleCount: Int
  private var held: AudioBlock
  private var writtenSampleCount = 0

  init(channelCount: Int, sampleRateHz: Int, heldSampleCount: Int) {
    self.heldSampleCount = heldSampleCount
    held = AudioBlock(emptyWithChannelCount: channelCount, sampleRateHz: sampleRateHz)
  }

  mutating func append(_ block: AudioBlock, into writer: AudioWriter) throws {
    held.append(block)
    try write(held.sampleCount - heldSampleCount, into: writer)
  }

  /// Writes what remains up to `sampleCount` samples of the stream, all of it where that is nil.
  ///
  /// - Returns: samples written altogether.
  mutating func finish(sampleCount: Int?, into writer: AudioWriter) throws -> Int {
    let available = writtenSampleCount + held.sampleCount
    try write(min(sampleCount ?? available, available) - writtenSampleCount, into: writer)
    return writtenSampleCount
  }

  private mutating func write(_ count: Int, into writer: AudioWriter) throws {
    guard count > 0 else { return }
    try writer.write(held.slice(0..<count))
    held.removeFirst(count)
    writtenSampleCount += count
  }
}

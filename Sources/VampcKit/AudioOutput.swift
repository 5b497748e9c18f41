public import AudioIO
public import Signal

/// Destination of decoded audio: a file, a pipe or memory.
public protocol AudioOutput: AnyObject {
  /// Sample rate in Hz.
  var sampleRateHz: Int { get }
  /// Number of channels.
  var channelCount: Int { get }
  /// Number of samples per channel that have been written.
  var sampleCount: Int { get }

  /// Declares that the first sample to be written is sample `sample` of a longer recording. The output can then add the
  /// same dither noise to the segment as to the whole recording.
  ///
  /// Called at most once, before the first ``write(_:)``.
  func begin(atSample sample: Int)

  /// Appends samples, nominally in −1...1, with the rate and the channels of this output.
  ///
  /// - Throws: `AudioIOError` where the samples cannot be written.
  func write(_ buffer: AudioBuffer) throws

  /// Completes the output; nothing is written afterwards.
  ///
  /// - Throws: `AudioIOError` where the output is not complete.
  func finish() throws
}

extension AudioWriter: AudioOutput {}

/// Memory as the destination of decoded audio.
public final class BufferOutput: AudioOutput {
  /// All samples that have been written.
  public private(set) var buffer: AudioBuffer

  /// Empty output of the given format.
  ///
  /// - Parameters:
  ///   - sampleRateHz: Sample rate in Hz.
  ///   - channelCount: Number of channels, at least 1.
  public init(sampleRateHz: Int, channelCount: Int) {
    buffer = AudioBuffer(emptyWithChannelCount: channelCount, sampleRateHz: sampleRateHz)
  }

  /// Sample rate in Hz.
  public var sampleRateHz: Int { buffer.sampleRateHz }
  /// Number of channels.
  public var channelCount: Int { buffer.channelCount }
  /// Number of samples per channel that have been written.
  public var sampleCount: Int { buffer.sampleCount }

  /// Does nothing, because floats in memory have no dither.
  public func begin(atSample sample: Int) {}

  /// Appends samples.
  ///
  /// - Precondition: `buffer` has the rate and the channels of this output.
  public func write(_ buffer: AudioBuffer) {
    precondition(
      buffer.channelCount == channelCount && buffer.sampleRateHz == sampleRateHz, "audio of another format")
    self.buffer.append(buffer)
  }

  /// Does nothing, because a buffer in memory is always complete.
  public func finish() {}
}

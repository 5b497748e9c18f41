public import AudioIO
public import Signal

/// Source of audio for an encoder: a file, a pipe or memory.
public protocol AudioInput: AnyObject {
  /// Sample rate in Hz.
  var sampleRateHz: Int { get }
  /// Number of channels, at least 1.
  var channelCount: Int { get }
  /// Loudspeakers of the channels, which decide the weights of the channels in a mono mix; nil where the loudspeakers
  /// are unknown. Default: the usual loudspeakers for the number of channels.
  var speakerLayout: SpeakerLayout? { get }
  /// Exact number of samples per channel of the whole input; nil where the number is known only at the end of the
  /// input.
  var sampleCount: Int? { get }
  /// Estimated number of samples per channel of the whole input, for progress and for the choice of segments to
  /// measure; nil where no estimate is known.
  var estimatedSampleCount: Int? { get }
  /// Whether ``rewind()`` works. An encoder reads a seekable input twice: first to measure its loudness.
  var isSeekable: Bool { get }
  /// Number of samples per channel that ``read(upTo:)`` has returned since the beginning or the last ``rewind()``.
  var samplePosition: Int { get }
  /// Number of NaN and infinite samples, all channels counted, that were replaced by 0 since the beginning or the last
  /// ``rewind()``.
  var nonFiniteSampleCount: Int { get }
  /// Damaged places that reads have passed since the beginning or the last ``rewind()``, in order.
  var damages: [AudioDamage] { get }
  /// Tags of the recording: title, artist and so on.
  var tags: [AudioTag] { get }

  /// Reads the next samples: at least one and at most `count` per channel; nil at the end.
  ///
  /// - Throws: `AudioIOError` where the input is damaged or cannot be read.
  func read(upTo count: Int) throws -> AudioBuffer?

  /// Returns to the first sample.
  ///
  /// - Throws: `AudioIOError`: `.notSeekable` where ``isSeekable`` is false, or the reason why the input cannot be read
  ///   again.
  func rewind() throws
}

extension AudioInput {
  /// No damage, for inputs that are whole or throw.
  public var damages: [AudioDamage] { [] }

  /// Usual loudspeakers for the number of channels; nil where no usual layout exists.
  public var speakerLayout: SpeakerLayout? { .usual(channelCount: channelCount) }
}

extension AudioReader: AudioInput {}

/// Audio in memory as the input of an encoder.
public final class BufferInput: AudioInput {
  private let buffer: AudioBuffer
  /// Tags that the stream will carry.
  public let tags: [AudioTag]
  /// Number of samples per channel that have been read since the beginning or the last ``rewind()``.
  public private(set) var samplePosition = 0
  /// Number of NaN and infinite samples that were replaced by 0 since the beginning or the last ``rewind()``.
  public private(set) var nonFiniteSampleCount = 0

  /// Input of the given samples.
  ///
  /// - Parameters:
  ///   - buffer: Samples, nominally in −1...1. NaN and infinite samples are encoded as 0.
  ///   - tags: Tags that the stream will carry.
  public init(_ buffer: AudioBuffer, tags: [AudioTag] = []) {
    self.buffer = buffer
    self.tags = tags
  }

  /// Sample rate of the buffer in Hz.
  public var sampleRateHz: Int { buffer.sampleRateHz }
  /// Number of channels of the buffer.
  public var channelCount: Int { buffer.channelCount }
  /// Number of samples per channel of the buffer.
  public var sampleCount: Int? { buffer.sampleCount }
  /// Number of samples per channel of the buffer.
  public var estimatedSampleCount: Int? { buffer.sampleCount }
  /// Whether ``rewind()`` works: always true, because memory can be read again.
  public var isSeekable: Bool { true }

  /// Reads the next samples: at least one and at most `count` per channel; nil at the end.
  public func read(upTo count: Int) -> AudioBuffer? {
    let end = min(buffer.sampleCount, samplePosition + count)
    guard samplePosition < end else { return nil }
    var chunk = buffer.slice(samplePosition..<end)
    samplePosition = end
    for channel in chunk.channels.indices {
      for index in chunk.channels[channel].indices where !chunk.channels[channel][index].isFinite {
        chunk.channels[channel][index] = 0
        nonFiniteSampleCount += 1
      }
    }
    return chunk
  }

  /// Returns to the first sample.
  public func rewind() {
    samplePosition = 0
    nonFiniteSampleCount = 0
  }
}

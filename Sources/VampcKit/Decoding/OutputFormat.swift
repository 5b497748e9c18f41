public import Bitstream
import Signal
import Tokens

/// Sample rate and number of channels of a decode's output. The first stream decides both; later streams are converted.
public struct OutputFormat: Equatable, Sendable {
  /// Sample rate in Hz.
  public let sampleRateHz: Int
  /// Number of channels.
  public let channelCount: Int

  /// Format of an output whose first stream has this header.
  public init(of header: StreamHeader) {
    sampleRateHz = header.sourceSampleRateHz
    channelCount = header.codedChannelCount
  }

  /// Converts samples to the channels of this format.
  ///
  /// A single channel is copied to all channels. If the format has fewer channels than the samples, each output channel
  /// is the mean of all channels. If the format has more channels, the additional channels are silent.
  func channels(of block: AudioBuffer) -> AudioBuffer {
    guard block.channelCount != channelCount else { return block }
    if block.channelCount > 1, block.channelCount < channelCount {
      let silence = [Float](repeating: 0, count: block.sampleCount)
      let silent = Array(repeating: silence, count: channelCount - block.channelCount)
      return AudioBuffer(channels: block.channels + silent, sampleRateHz: block.sampleRateHz)
    }
    let mono = block.downmixedToMono().channels[0]
    return AudioBuffer(channels: Array(repeating: mono, count: channelCount), sampleRateHz: block.sampleRateHz)
  }

  /// Number of output samples per channel for `sampleCount` source samples per channel of a stream.
  func sampleCount(for sampleCount: Int, of header: StreamHeader) -> Int {
    Self.sampleCount(sampleCount, from: header.sourceSampleRateHz, to: sampleRateHz)
  }

  /// Number of output samples per channel for `frameCount` frames of a stream, with the padding of the last frame.
  func sampleCount(forFrames frameCount: Int, of header: StreamHeader) -> Int {
    let (codecSampleCount, overflows) = frameCount.multipliedReportingOverflow(by: header.geometry.hopLength)
    return Self.sampleCount(
      overflows ? Self.largestSampleCount : codecSampleCount, from: header.geometry.sampleRateHz, to: sampleRateHz)
  }

  /// Largest sample count; trailers and frame numbers that state more count as this number.
  private static let largestSampleCount = 1 << 60

  /// Number of samples after conversion of the rate, at most ``largestSampleCount``.
  static func sampleCount(_ sampleCount: Int, from inputRateHz: Int, to outputRateHz: Int) -> Int {
    guard Double(sampleCount) / Double(inputRateHz) * Double(outputRateHz) < Double(largestSampleCount) else {
      return largestSampleCount
    }
    return Resampler.outputCount(
      forInputCount: sampleCount, inputRateHz: inputRateHz, outputRateHz: outputRateHz)
  }
}

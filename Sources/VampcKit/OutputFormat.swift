public import Bitstream
import Signal
import Tokens

/// Rate and channels of what is written: those of the first stream, which later ones are brought to.
public struct OutputFormat: Equatable, Sendable {
  public let sampleRateHz: Int
  public let channelCount: Int

  public init(of header: StreamHeader) {
    sampleRateHz = header.sourceSampleRateHz
    channelCount = header.codedChannelCount
  }

  /// The block in as many channels.
  ///
  /// One channel goes into all; into fewer channels goes the mean of all; of more channels than there are the first ones
  /// are filled and the others silent.
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

  /// Samples that `sampleCount` samples of a stream become.
  func sampleCount(for sampleCount: Int, of header: StreamHeader) -> Int {
    Self.sampleCount(sampleCount, from: header.sourceSampleRateHz, to: sampleRateHz)
  }

  /// Samples that `frameCount` frames of a stream become, the padding of the last one included.
  func sampleCount(forFrames frameCount: Int, of header: StreamHeader) -> Int {
    let (codecSampleCount, overflows) = frameCount.multipliedReportingOverflow(by: header.geometry.hopLength)
    return Self.sampleCount(
      overflows ? Self.largestSampleCount : codecSampleCount, from: header.geometry.sampleRateHz, to: sampleRateHz)
  }

  /// Trailers and frame numbers may say anything: what no stream can hold counts as this.
  private static let largestSampleCount = 1 << 60

  /// `sampleCount` samples after conversion, at most `largestSampleCount`.
  static func sampleCount(_ sampleCount: Int, from inputRateHz: Int, to outputRateHz: Int) -> Int {
    guard Double(sampleCount) / Double(inputRateHz) * Double(outputRateHz) < Double(largestSampleCount) else {
      return largestSampleCount
    }
    return Resampler.outputCount(
      forInputCount: sampleCount, inputRateHz: inputRateHz, outputRateHz: outputRateHz)
  }
}

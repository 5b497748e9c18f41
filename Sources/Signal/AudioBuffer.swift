/// A stretch of audio: one array of samples per channel, nominally in -1...1.
public struct AudioBuffer: Equatable, Sendable {
  /// `channels[channel][sample]`; all channels have the same length.
  public var channels: [[Float]]
  public var sampleRateHz: Int

  /// - Precondition: all channels have the same length.
  public init(channels: [[Float]], sampleRateHz: Int) {
    precondition(channels.allSatisfy { $0.count == channels[0].count }, "channels differ in length")
    self.channels = channels
    self.sampleRateHz = sampleRateHz
  }

  public var channelCount: Int { channels.count }
  /// Samples per channel.
  public var sampleCount: Int { channels.first?.count ?? 0 }
}

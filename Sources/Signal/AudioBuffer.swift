/// Samples of all channels in memory, one array per channel, nominally in -1...1.
public struct AudioBuffer: Equatable, Sendable {
  /// Samples `[channel][sample]`; all channels have the same length.
  public var channels: [[Float]]
  /// Sample rate in Hz.
  public var sampleRateHz: Int

  /// Buffer with the given samples `[channel][sample]`.
  ///
  /// - Precondition: all channels have the same length.
  public init(channels: [[Float]], sampleRateHz: Int) {
    precondition(channels.allSatisfy { $0.count == channels[0].count }, "channels differ in length")
    self.channels = channels
    self.sampleRateHz = sampleRateHz
  }

  /// Number of channels.
  public var channelCount: Int { channels.count }
  /// Number of samples per channel.
  public var sampleCount: Int { channels.first?.count ?? 0 }
}

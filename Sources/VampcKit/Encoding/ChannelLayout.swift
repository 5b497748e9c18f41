import Signal

/// Coded channels of a recording: every channel of the source, or one mix of all channels.
struct ChannelLayout: Equatable {
  /// Number of channels that the stream holds.
  let codedChannelCount: Int
  /// Whether the source has several channels that are mixed to one.
  let mixesDown: Bool
  private let speakers: SpeakerLayout?

  /// Layout for a source and the user's choice of channels.
  ///
  /// - Parameters:
  ///   - sourceChannelCount: Number of channels of the source.
  ///   - channels: The user's choice: one mix, or each channel.
  ///   - speakers: Loudspeakers of the source's channels; nil mixes the channels to their mean.
  init(sourceChannelCount: Int, _ channels: EncoderSettings.Channels, speakers: SpeakerLayout?) {
    mixesDown = channels == .mono && sourceChannelCount > 1
    codedChannelCount = channels == .mono ? 1 : sourceChannelCount
    self.speakers = speakers
  }

  /// For each channel of the source, whether the channel is part of the mono mix. A known loudspeaker layout leaves out
  /// the low-frequency channel; without a known layout, all channels are part of the mix.
  ///
  /// - Parameter channelCount: Number of channels of the source.
  func mixedChannels(of channelCount: Int) -> [Bool] {
    guard let weights = speakers?.monoWeights, weights.count == channelCount else {
      return [Bool](repeating: true, count: channelCount)
    }
    return weights.map { $0 > 0 }
  }

  /// Returns the coded channels of a chunk of the source.
  func apply(to chunk: AudioBuffer) -> AudioBuffer { mixesDown ? chunk.mixedToMono(speakers) : chunk }
}

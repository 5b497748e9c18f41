import Signal

/// Coded channels of a recording: every channel of the source, or one mix of all channels.
struct ChannelLayout: Equatable {
  /// Number of channels that the stream holds.
  let codedChannelCount: Int
  /// Whether several channels become one.
  let mixesDown: Bool
  private let speakers: SpeakerLayout?

  /// - Parameter speakers: Loudspeakers of the source's channels; nil mixes them to their mean.
  init(sourceChannelCount: Int, _ channels: EncoderSettings.Channels, speakers: SpeakerLayout?) {
    mixesDown = channels == .mono && sourceChannelCount > 1
    codedChannelCount = channels == .mono ? 1 : sourceChannelCount
    self.speakers = speakers
  }

  /// Coded channels of a chunk of the source.
  func apply(to chunk: AudioBuffer) -> AudioBuffer { mixesDown ? chunk.mixedToMono(speakers) : chunk }
}

import Signal

/// Coded channels of a recording: every channel of the source, or one mix of all channels.
struct ChannelLayout: Equatable {
  /// Number of channels that the stream holds.
  let codedChannelCount: Int
  private let mixesDown: Bool

  init(sourceChannelCount: Int, _ channels: EncoderSettings.Channels) {
    mixesDown = channels == .mono && sourceChannelCount > 1
    codedChannelCount = channels == .mono ? 1 : sourceChannelCount
  }

  /// Coded channels of a chunk of the source.
  func apply(to chunk: AudioBuffer) -> AudioBuffer { mixesDown ? chunk.downmixedToMono() : chunk }
}

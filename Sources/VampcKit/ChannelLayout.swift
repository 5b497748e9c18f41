import Signal

/// Which channels of a source are coded, and how they are made from it.
struct ChannelLayout {
  let codedChannelCount: Int
  private let mixesDown: Bool

  init(sourceChannelCount: Int, _ channels: EncoderSettings.Channels) {
    mixesDown = channels == .mono && sourceChannelCount > 1
    codedChannelCount = channels == .mono ? 1 : sourceChannelCount
  }

  func apply(to block: AudioBuffer) -> AudioBuffer { mixesDown ? block.downmixedToMono() : block }
}

import Bitstream
import Signal
import Tokens

/// Properties of an encode that are known before the first sample is read, from the settings, the model's dimensions
/// and the input's format.
struct EncodePlan: Equatable {
  /// Token geometry of the model's codec.
  let geometry: TokenGeometry
  /// Sample rate of the input in Hz.
  let sourceSampleRateHz: Int
  /// Number of channels of the input.
  let sourceChannelCount: Int
  /// Coded channels: every channel of the input, or one mix of all channels.
  let layout: ChannelLayout
  /// Whether a high-pass removes the offset of the input.
  let usesHighPass: Bool
  /// Prompt of the settings: given by the user, or chosen from the model's frontier for a bitrate.
  let chosenPrompt: CompressionPrompt
  /// Prompt of the stream header, which holds for all blocks, whatever their keep masks say.
  let prompt: CompressionPrompt
  /// Whether each block carries a keep mask of its own.
  let hasBlockMasks: Bool
  /// Whether the input can be read twice, so that the whole stream has one gain.
  let isMeasured: Bool
  /// Longest block in seconds; nil where the rate decides.
  let latencySeconds: Double?

  /// Plan for an input of the given format.
  ///
  /// - Throws: `VampcError.tooManyChannels`, `VampcError.bitrateTooLow`.
  init(
    _ settings: EncoderSettings, frontier: RateFrontier, geometry: TokenGeometry, input: any AudioInput
  ) throws {
    let isSeekable = input.isSeekable
    self.geometry = geometry
    sourceSampleRateHz = input.sampleRateHz
    sourceChannelCount = input.channelCount
    layout = ChannelLayout(
      sourceChannelCount: input.channelCount, settings.channels, speakers: input.speakerLayout)
    usesHighPass = settings.usesHighPass
    isMeasured = isSeekable
    latencySeconds = settings.latencySeconds ?? (isSeekable ? nil : EncoderSettings.pipeLatencySeconds)
    hasBlockMasks = !settings.keepRules.isEmpty
    guard layout.codedChannelCount <= StreamLimits.channelCount.upperBound else {
      throw VampcError.tooManyChannels(found: layout.codedChannelCount, allowed: StreamLimits.channelCount.upperBound)
    }
    chosenPrompt =
      switch settings.rate {
      case .prompt(let prompt): prompt
      case .bitrateBps(let bitrate):
        try frontier.prompt(forBitrateBps: bitrate / Double(layout.codedChannelCount), geometry: geometry)
      }
    // The masks of blocks can add tokens to the tokens of the header's period, but not take any away.
    prompt =
      settings.keepRules.masksPeriodicTokens
      ? CompressionPrompt(codebookCount: chosenPrompt.codebookCount, period: 0) : chosenPrompt
  }

  /// Returns the high-pass of the coded channels at the source's rate; an empty array where the settings switch the
  /// high-pass off.
  ///
  /// - Throws: `SignalError` for a rate that cannot be filtered.
  func makeHighPass() throws -> [any AudioStage] {
    guard usesHighPass else { return [] }
    return [HighPassStage(try HighPass(channelCount: layout.codedChannelCount, sampleRateHz: sourceSampleRateHz))]
  }

  /// Number of frames of a full block; with block masks, the largest number.
  ///
  /// - Parameter sourceSampleCount: Number of samples per channel of the input; nil where the number is known only at
  ///   the end.
  func blockFrameCount(sourceSampleCount: Int?) -> Int {
    let codecSampleCount = sourceSampleCount.map {
      Resampler.outputCount(
        forInputCount: $0, inputRateHz: sourceSampleRateHz, outputRateHz: geometry.sampleRateHz)
    }
    return BlockLength.frames(
      for: prompt, geometry: geometry, channelCount: layout.codedChannelCount, latencySeconds: latencySeconds,
      totalFrameCount: codecSampleCount.map(geometry.frameCount), hasBlockMasks: hasBlockMasks)
  }

  /// Prompt of the trial decodes (`RoundTrip`) whose loudness is matched to the loudness of the original.
  ///
  /// The prompt keeps all tokens for the target `codec`, and where blocks have keep masks of their own. Otherwise the
  /// prompt is the stream's prompt. Kept and generated frames share one gain. A gain that makes generated sound louder
  /// would also make kept sound louder.
  func loudnessPrompt(_ target: EncoderSettings.LoudnessTarget) -> CompressionPrompt {
    target == .codec || hasBlockMasks ? CompressionPrompt(codebookCount: geometry.codebookCount) : prompt
  }
}

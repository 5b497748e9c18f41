public import Tokens

/// Header of a stream: everything that a decoder needs before the first block (`formats/container.md`, section 3).
public struct StreamHeader: Equatable, Sendable {
  /// First bytes of the codec's identity.
  public var codecHash: ModelHash
  /// First bytes of the generator's identity; `nil` for a model without a generator.
  public var generatorHash: ModelHash?
  /// Token geometry of the codec.
  public var geometry: TokenGeometry
  /// Periodic part of the keep mask; its phase counts frames from the beginning of the recording.
  public var prompt: CompressionPrompt
  /// Whether blocks may keep tokens outside `prompt`; required if the period of `prompt` is 0.
  public var hasBlockMasks: Bool
  /// Number of channels whose tokens the stream stores; 1 for a source mixed to one channel.
  public var codedChannelCount: Int
  /// Sample rate of the source, in Hz.
  public var sourceSampleRateHz: Int
  /// Number of channels of the source, at least `codedChannelCount`.
  public var sourceChannelCount: Int
  /// Gain of the source before coding.
  public var gain: StreamGain
  /// Sampler settings that the encoder suggests for generation.
  public var sampler: SamplerChoice
  /// Tags in the order of the source; keys may repeat. Tags are stored in a record before the start record.
  public var tags: [StreamTag]

  /// Creates a header; the ranges of its values are checked when the header is encoded.
  public init(
    codecHash: ModelHash, generatorHash: ModelHash?, geometry: TokenGeometry, prompt: CompressionPrompt,
    codedChannelCount: Int = 1, sourceSampleRateHz: Int, sourceChannelCount: Int = 1,
    gain: StreamGain = .whole(.unity), sampler: SamplerChoice = .modelDefault(), tags: [StreamTag] = [],
    hasBlockMasks: Bool = false
  ) {
    self.codecHash = codecHash
    self.generatorHash = generatorHash
    self.geometry = geometry
    self.prompt = prompt
    self.hasBlockMasks = hasBlockMasks
    self.codedChannelCount = codedChannelCount
    self.sourceSampleRateHz = sourceSampleRateHz
    self.sourceChannelCount = sourceChannelCount
    self.gain = gain
    self.sampler = sampler
    self.tags = tags
  }

  /// Largest number of frames of a block of this stream.
  public var blockFrameLimit: Int {
    max(1, StreamLimits.blockTokenCount / (geometry.codebookCount * codedChannelCount))
  }
}

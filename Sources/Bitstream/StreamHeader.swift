public import Tokens

/// How far the source was amplified before coding; the decoder undoes it.
public enum StreamGain: Equatable, Hashable, Sendable {
  /// One gain for the whole stream, in hundredths of a decibel.
  case whole(hundredthsDB: Int)
  /// Every block carries its own.
  case perBlock
}

/// A tag of the source, carried along: any key, any text.
public struct StreamTag: Equatable, Hashable, Sendable {
  public var key: String
  public var value: String

  public init(key: String, value: String) {
    self.key = key
    self.value = value
  }
}

/// Everything that must be known of a stream before its first block, and nothing that is known only after its last.
public struct StreamHeader: Equatable, Sendable {
  public var codecHash: ModelHash
  /// `nil` when the model had no generator.
  public var generatorHash: ModelHash?
  public var geometry: TokenGeometry
  /// Which tokens all blocks hold, by absolute frame number.
  public var prompt: CompressionPrompt
  /// Whether blocks may hold more tokens than `prompt` keeps; a `prompt` with a period of 0 needs it.
  public var hasBlockMasks: Bool
  /// Channels that are coded; 1 for a downmix.
  public var codedChannelCount: Int
  public var sourceSampleRateHz: Int
  /// At least `codedChannelCount`.
  public var sourceChannelCount: Int
  public var gain: StreamGain
  public var sampler: SamplerSettings
  /// In the order of the source; keys may repeat. Stored in a record of their own before the stream's first.
  public var tags: [StreamTag]

  public init(
    codecHash: ModelHash, generatorHash: ModelHash?, geometry: TokenGeometry, prompt: CompressionPrompt,
    codedChannelCount: Int = 1, sourceSampleRateHz: Int, sourceChannelCount: Int = 1,
    gain: StreamGain = .whole(hundredthsDB: 0), sampler: SamplerSettings = .unasked, tags: [StreamTag] = [],
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

  /// The most frames a block of this stream may have.
  public var blockFrameLimit: Int {
    max(1, StreamLimits.blockTokenCount / (geometry.codebookCount * codedChannelCount))
  }
}

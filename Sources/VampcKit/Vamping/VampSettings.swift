public import Tokens

/// Settings of a variation: kept tokens, sampler, channels, loop, extensions, length and pitch.
public struct VampSettings: Equatable, Sendable {
  /// Sound that is generated before and behind the recording.
  public struct Extension: Equatable, Sendable {
    /// Seconds before the recording, 0 or more.
    public var precedingSeconds: Double
    /// Seconds behind the recording, 0 or more.
    public var followingSeconds: Double

    /// Extension of the given lengths; no extension by default.
    public init(precedingSeconds: Double = 0, followingSeconds: Double = 0) {
      self.precedingSeconds = precedingSeconds
      self.followingSeconds = followingSeconds
    }
  }

  /// Kept codebooks, and period and phase of the kept frames.
  public var prompt: CompressionPrompt
  /// Whether the seed of each variation draws the phase of ``prompt``. Otherwise the phase is the prompt's own.
  public var drawsPhase: Bool
  /// Rules for tokens that are kept or masked in addition to ``prompt``. Their seed is ignored: the seed of each
  /// variation takes its place.
  public var keepRules: KeepRules
  /// Sampler settings; nil for the default settings of the model. Their seed is ignored: the seed of each variation takes
  /// its place.
  public var sampler: SamplerSettings?
  /// Coded channels: one mix, or each channel of the recording with the same keep mask and the same random numbers.
  public var channels: EncoderSettings.Channels
  /// Number of passes of a loop, each a variation of its own; the end of the last pass leads to the beginning of the
  /// first. Nil for a recording that is no loop.
  public var loopPassCount: Int?
  /// Durations of generated sound before and behind the recording.
  public var extent: Extension
  /// Length of the varied recording without extensions, relative to the recording, `0.25...4`. The pitch does not
  /// change.
  public var timeStretch: Double
  /// Change of pitch in semitones, without a change of length, `-24...24`. 0 for a loop.
  public var pitchSemitones: Double
  /// Whether samples of the recording replace decoded samples in frames whose tokens are all kept.
  public var keepsOriginal: Bool

  /// Settings that keep the tokens of `prompt` and change neither length nor pitch, unless the parameters say
  /// otherwise.
  ///
  /// - Precondition: `timeStretch` and `pitchSemitones` are in their ranges. A loop has at least one pass and no
  ///   extension, stretching, change of pitch or original samples. Original samples exclude stretching and changes of pitch.
  public init(
    prompt: CompressionPrompt, drawsPhase: Bool = false, keepRules: KeepRules = KeepRules(),
    sampler: SamplerSettings? = nil, channels: EncoderSettings.Channels = .keep, loopPassCount: Int? = nil,
    extent: Extension = Extension(), timeStretch: Double = 1, pitchSemitones: Double = 0, keepsOriginal: Bool = false
  ) {
    precondition((0.25...4).contains(timeStretch) && (-24...24).contains(pitchSemitones), "change out of range")
    let changes = extent != Extension() || timeStretch != 1 || pitchSemitones != 0 || keepsOriginal
    precondition(loopPassCount.map { $0 >= 1 && !changes } ?? true, "settings that no loop can have")
    precondition(!keepsOriginal || (timeStretch == 1 && pitchSemitones == 0), "original samples cannot be changed")
    self.prompt = prompt
    self.drawsPhase = drawsPhase
    self.keepRules = keepRules
    self.sampler = sampler
    self.channels = channels
    self.loopPassCount = loopPassCount
    self.extent = extent
    self.timeStretch = timeStretch
    self.pitchSemitones = pitchSemitones
    self.keepsOriginal = keepsOriginal
  }

  /// Settings that keep all tokens of a recording: only ``KeepRules/generatedSegments`` of ``keepRules`` and ``extent``
  /// are generated.
  ///
  /// - Parameter model: Model whose codebooks are kept.
  public static func keepingAll(of model: Model) -> VampSettings {
    VampSettings(prompt: CompressionPrompt(codebookCount: model.geometry.codebookCount))
  }
}

public import Tokens

/// Settings of a variation: which tokens of the recording are kept, and what is done with the time around them.
public struct VampSettings: Equatable, Sendable {
  /// Sound that is generated before and behind the recording.
  public struct Extension: Equatable, Sendable {
    /// Seconds before the recording, 0 or more.
    public var precedingSeconds: Double
    /// Seconds behind the recording, 0 or more.
    public var followingSeconds: Double

    /// Extension of the given lengths; none by default.
    public init(precedingSeconds: Double = 0, followingSeconds: Double = 0) {
      self.precedingSeconds = precedingSeconds
      self.followingSeconds = followingSeconds
    }
  }

  /// Codebooks and period that are kept.
  public var prompt: CompressionPrompt
  /// Whether the seed of each variation draws the phase of ``prompt``.
  public var drawsPhase: Bool
  /// Rules beyond the period. Their seed is ignored: the seed of each variation takes its place.
  public var keepRules: KeepRules
  /// Sampler settings. Their seed is ignored: the seed of each variation takes its place.
  public var sampler: SamplerSettings
  /// Coded channels: each with the same keep mask and the same random numbers, or one mix.
  public var channels: EncoderSettings.Channels
  /// Number of passes of a loop, whose end leads to its beginning; nil for a recording that is no loop.
  public var loopPassCount: Int?
  /// Durations of generated sound before and behind the recording.
  public var extent: Extension
  /// Length of the result relative to the recording, without a change of pitch, `0.25...4`.
  public var timeStretch: Double
  /// Change of pitch in semitones, without a change of length, `-24...24`.
  public var pitchSemitones: Double
  /// Whether frames of which all tokens are kept come back as the samples of the recording.
  public var keepsOriginal: Bool

  /// Settings that keep the tokens of `prompt` and change neither length nor pitch, unless the parameters say
  /// otherwise.
  ///
  /// - Precondition: A loop has at least one pass and no extension, stretching or original samples. Original samples
  ///   exclude stretching and changes of pitch.
  public init(
    prompt: CompressionPrompt, drawsPhase: Bool = false, keepRules: KeepRules = KeepRules(),
    sampler: SamplerSettings = .published, channels: EncoderSettings.Channels = .keep, loopPassCount: Int? = nil,
    extent: Extension = Extension(), timeStretch: Double = 1, pitchSemitones: Double = 0, keepsOriginal: Bool = false
  ) {
    precondition((0.25...4).contains(timeStretch) && (-24...24).contains(pitchSemitones), "change out of range")
    precondition(
      loopPassCount == nil || (loopPassCount! >= 1 && extent == Extension() && timeStretch == 1 && !keepsOriginal),
      "settings that no loop can have")
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
}

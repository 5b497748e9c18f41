public import Tokens

extension ParallelSampler {
  /// Settings for one of the two transformers of VampNet: the coarse or the coarse-to-fine transformer.
  public struct Settings: Sendable {
    /// Number of steps of VampNet's samplers. MAGNeT's sampler takes this number for coarse-to-fine codebooks without a
    /// step count in ``spans``.
    public var stepCount: Int
    /// Divisor of the logits; 0 takes the most likely token.
    public var temperature: Double
    /// Scale m of the Gumbel noise on the confidence. Step s of n steps, counted from 0, multiplies the noise by m · (1
    /// − (s + 1) / n).
    public var maskTemperature: Double
    /// Filter of the entries that may be drawn.
    public var filter: TokenFilter
    /// Generator of all random numbers of the sampler, which holds the seed.
    public var random: CounterRandom
    /// Sampler revision, which determines how the mask schedule rounds π.
    public var revision: SamplerRevision
    /// Algorithm that decides which tokens a step settles.
    public var method = SamplerMethod.vampnet
    /// Share of the steps that draw tokens, `0...1`: step s of n steps, counted from 0, takes the most likely token if
    /// s/n is greater than this share.
    public var sampleCutoff = 1.0
    /// Settings that only MAGNeT's sampler uses.
    public var spans = SpanSettings()
    /// Whether MAGNeT's sampler takes the last step count in ``spans`` for a codebook without a step count there: true
    /// for the coarse transformer. False takes ``stepCount``, as for the coarse-to-fine transformer.
    public var repeatsLastStepCount = true
    /// End (exclusive) of the absolute frames that are generated one after the other; 0 generates all frames in
    /// parallel.
    public var sequentialEndFrame = 0

    /// Settings of VampNet's sampler with the given values.
    ///
    /// - Parameters:
    ///   - stepCount: Number of steps, at least 1.
    ///   - temperature: Divisor of the logits; 0 takes the most likely token.
    ///   - maskTemperature: Scale of the Gumbel noise on the confidence, which falls linearly to 0.
    ///   - filter: Filter of the entries that may be drawn.
    ///   - random: Generator of all random numbers of the sampler.
    ///   - revision: Sampler revision, which determines how the mask schedule rounds π.
    public init(
      stepCount: Int, temperature: Double, maskTemperature: Double, filter: TokenFilter = TokenFilter(),
      random: CounterRandom, revision: SamplerRevision = .second
    ) {
      self.stepCount = stepCount
      self.temperature = temperature
      self.maskTemperature = maskTemperature
      self.filter = filter
      self.random = random
      self.revision = revision
    }

    /// Settings of a stream for the coarse transformer or the coarse-to-fine transformer.
    ///
    /// - Parameters:
    ///   - settings: Settings of both transformers.
    ///   - isCoarse: Whether the settings are for the coarse transformer.
    ///   - frameRateHz: Frame rate of the codec, which turns the settings' sequential seconds into frames; 0 generates
    ///     all frames in parallel.
    public init(_ settings: SamplerSettings, isCoarse: Bool, frameRateHz: Double = 0) {
      self.init(
        stepCount: isCoarse ? settings.coarseStepCount : settings.fineStepCount,
        temperature: isCoarse ? settings.temperature : settings.fineTemperature,
        maskTemperature: settings.maskTemperature,
        filter: TokenFilter(
          topP: settings.topP, typicalMass: settings.typicalMass, typicalMinimumCount: settings.typicalMinimumCount,
          topK: settings.topK),
        random: CounterRandom(seed: settings.seed, revision: settings.revision), revision: settings.revision)
      method = settings.method
      sampleCutoff = settings.sampleCutoff
      spans = settings.spans
      repeatsLastStepCount = isCoarse
      sequentialEndFrame = Int((settings.sequentialSeconds * frameRateHz).rounded(.up))
    }

    /// Number of steps that MAGNeT's sampler takes for a codebook.
    func levelStepCount(ofCodebook codebook: Int) -> Int {
      let counts = spans.levelStepCounts
      if codebook < counts.count { return counts[codebook] }
      return repeatsLastStepCount ? counts[counts.count - 1] : stepCount
    }

    /// Whether step `step`, counted from 0, of `count` steps takes the most likely tokens (`sample_cutoff` of VampNet's
    /// published code).
    func takesMostLikely(step: Int, of count: Int) -> Bool {
      temperature == 0 || Double(step) / Double(count) > sampleCutoff
    }
  }
}

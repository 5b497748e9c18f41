import ModelStore
import Signal
import Tokens

/// Steps that variations of recordings and variations of loops share: codec, loudness, keep mask, generation.
struct VampWork {
  let model: Model
  let generator: TokenGenerator
  let settings: VampSettings
  let seed: UInt32
  private let progress: CodingProgress.Handler?

  init(
    _ model: Model, _ generator: TokenGenerator, _ settings: VampSettings, seed: UInt32,
    progress: CodingProgress.Handler?
  ) {
    self.model = model
    self.generator = generator
    self.settings = settings
    self.seed = seed
    self.progress = progress
  }

  var geometry: TokenGeometry { model.geometry }

  /// Reports the progress of a step to the handler, whose error cancels the work.
  ///
  /// - Parameters:
  ///   - stage: Stage that the step belongs to.
  ///   - share: Finished share of the step, 0 to 1.
  ///   - totalSeconds: Length in seconds of the audio that the step processes.
  /// - Throws: errors of the handler.
  func report(_ stage: CodingProgress.Stage, share: Double, totalSeconds: Double) throws {
    try progress?(CodingProgress(stage: stage, doneSeconds: share * totalSeconds, totalSeconds: totalSeconds))
  }

  /// Filters audio with the encoder's high-pass, which removes offset and rumble.
  ///
  /// - Throws: `SignalError` for a format that cannot be processed.
  func filtered(_ audio: AudioBuffer) throws -> AudioBuffer {
    var filter = try HighPass(channelCount: audio.channelCount, sampleRateHz: audio.sampleRateHz)
    var result = try filter.process(audio)
    if let rest = filter.finish() { result.append(rest) }
    return result
  }

  /// Gain that the encoder applies, so that the codec sees the loudness it was trained on.
  ///
  /// - Throws: `SignalError` for a format that cannot be processed.
  func gain(for coded: AudioBuffer) throws -> Gain {
    let meter = try LoudnessMeter(channelCount: coded.channelCount, sampleRateHz: coded.sampleRateHz)
    try meter.add(coded)
    return LoudnessNormalisation(targetLUFS: model.bundle.codec.loudnessLUFS).gain(for: meter)
  }

  /// Encodes each channel, with the gain applied, to the tokens of the codebooks that the transformers cover.
  ///
  /// - Parameter samples: Samples at the codec's rate, to which the gain is not yet applied.
  /// - Throws: errors of the progress handler.
  func tokens(of samples: AudioBuffer, gain: Gain) throws -> [TokenGrid] {
    var amplified = samples
    gain.apply(to: &amplified)
    let seconds = Double(samples.sampleCount) / Double(samples.sampleRateHz)
    let codec = InMemoryCodec(model)
    return try amplified.channels.enumerated().map { index, channel in
      let grid = try codec.tokens(of: channel) { share in
        try report(.encoding, share: (Double(index) + share) / Double(samples.channelCount), totalSeconds: seconds)
      }
      return grid.slice(codebooks: 0..<generator.codebookCount, frames: 0..<grid.frameCount)
    }
  }

  /// Keep mask of `frameCount` frames from the beginning of a recording, with the codebooks that the transformers
  /// cover, for the seed of this variation.
  func mask(frameCount: Int) -> TokenMask {
    var (prompt, rules) = (settings.prompt, settings.keepRules)
    rules.random.seed = seed
    if settings.drawsPhase { prompt.phase = CompressionPrompt.drawnPhase(period: prompt.period, seed: seed) }
    return KeepPlan(rules, prompt: prompt, geometry: geometry).mask(of: 0..<frameCount, totalFrameCount: frameCount)
      .slice(codebooks: 0..<generator.codebookCount, frames: 0..<frameCount)
  }

  /// Generates the masked tokens of one channel and returns all tokens, kept and generated.
  ///
  /// - Parameters:
  ///   - tokens: Tokens of one channel.
  ///   - mask: Keep mask with the shape of `tokens`.
  ///   - round: Number of this call among the calls for one channel, 0 for the first. Each round has random numbers of
  ///     its own, the same for all channels.
  /// - Throws: errors of the progress handler; `ModelError`, `VampNetError` where a transformer of a second model
  ///   cannot be loaded.
  func generate(_ tokens: TokenGrid, mask: TokenMask, round: Int = 0) throws -> TokenGrid {
    let seconds = Double(tokens.frameCount) / geometry.frameRateHz
    try report(.generating, share: 0, totalSeconds: seconds)
    var sampler = settings.sampler ?? model.samplerDefaults
    sampler.seed = seed &+ UInt32(truncatingIfNeeded: round) &* Self.seedStep
    return try generator.generate(tokens, mask: mask, settings: sampler) { share in
      try report(.generating, share: share, totalSeconds: seconds)
    }
  }

  /// Difference between the seeds of two rounds: 2³² divided by the golden ratio, so that the seeds of many rounds stay
  /// far apart.
  private static let seedStep: UInt32 = 0x9E37_79B9

  /// Decodes the tokens of all channels to samples at the codec's rate, and removes the gain and the decoder's offset.
  ///
  /// - Throws: errors of the progress handler; `SignalError`.
  func samples(of grids: [TokenGrid], gain: Gain) throws -> AudioBuffer {
    let seconds = Double(grids[0].frameCount) / geometry.frameRateHz
    let codec = InMemoryCodec(model)
    let channels = try grids.enumerated().map { index, grid in
      try codec.samples(of: grid) { share in
        try report(.decoding, share: (Double(index) + share) / Double(grids.count), totalSeconds: seconds)
      }
    }
    let decoded = AudioBuffer(channels: channels, sampleRateHz: geometry.sampleRateHz)
    var remover = OffsetRemover(
      channelCount: decoded.channelCount, sampleRateHz: decoded.sampleRateHz, stepSampleCount: geometry.hopLength)
    var samples = try remover.process(decoded)
    samples.append(remover.finish())
    gain.remove(from: &samples)
    return samples
  }

  /// Returns `samples` with the loudness of the recording, corrected by at most 12 dB, and with peaks below full scale.
  ///
  /// - Parameters:
  ///   - samples: Decoded samples of the variation.
  ///   - original: Samples of the recording, mixed to the coded channels.
  ///   - audible: Range of `samples` whose loudness is compared with the loudness of the recording.
  /// - Throws: `SignalError` for a format that cannot be processed.
  func matchLoudness(of samples: AudioBuffer, to original: AudioBuffer, audible: Range<Int>) throws -> AudioBuffer {
    var restoration = LoudnessRestoration()
    restoration.add(original, decoded: samples.slice(audible))
    var samples = samples
    Gain(decibels: try restoration.correctionDB()).apply(to: &samples)
    var limiter = Limiter(channelCount: samples.channelCount, sampleRateHz: samples.sampleRateHz)
    var limited = try limiter.process(samples)
    limited.append(limiter.finish())
    return limited
  }

  /// Nominal bitrate of the kept tokens of all coded channels in bit/s, where each channel has the keep mask `mask`.
  func keptRateBps(_ mask: TokenMask, channelCount: Int) -> Double {
    guard mask.frameCount > 0 else { return 0 }
    let seconds = Double(mask.frameCount) / geometry.frameRateHz
    return Double(mask.keptCount * geometry.bitsPerToken * channelCount) / seconds
  }
}

public import AudioIO
public import Bitstream
import DAC
import Kernels
import ModelStore
import Signal
public import Tokens

/// Encoder of recordings with one model: audio in, a stream out.
public struct RecordingEncoder {
  /// Model whose codec encodes.
  public let model: Model
  /// Settings of every encoding.
  public let settings: EncoderSettings
  private let frontier: RateFrontier

  /// Encoder with one model and the same settings for every recording.
  ///
  /// - Throws: `VampcError` where the settings do not fit the model or its frontier is invalid; `KeepRulesError` for a
  ///   keep mask with more codebooks than the model.
  public init(_ model: Model, settings: EncoderSettings = EncoderSettings()) throws {
    self.model = model
    self.settings = settings
    frontier = try RateFrontier(besideModel: model.bundle.path, geometry: model.geometry)
    let available = model.geometry.codebookCount
    if case .prompt(let prompt) = settings.rate, prompt.codebookCount > available {
      throw VampcError.tooManyCodebooks(asked: prompt.codebookCount, available: available)
    }
    if let asked = settings.keepRules.codebookCount, asked > available {
      throw VampcError.tooManyCodebooks(asked: asked, available: available)
    }
    if let mask = settings.keepRules.mask, mask.codebookCount > available {
      throw KeepRulesError.tooManyCodebooks(found: mask.codebookCount, available: available)
    }
  }

  /// Result of an encode: header and size of the stream, and what the input lost.
  public struct Report: Sendable {
    /// Header of the stream.
    public let header: StreamHeader
    /// Number of samples per channel of the recording, at the source's rate.
    public let sampleCount: Int
    /// Numbers of bytes, frames and tokens of the stream.
    public let statistics: StreamStatistics
    /// Number of NaN and infinite samples, which were encoded as 0.
    public let nonFiniteSampleCount: Int
    /// Damage of the input; silence was encoded in place of lost samples.
    public let damages: [AudioDamage]
    /// Number of tags that were left out because a tag is too long or the tags are too many for a stream.
    public let droppedTagCount: Int
    /// Decibels by which the mono mix is softer than the loudest of its channels; infinite for a silent mix. Nil for
    /// less than 10 dB, where all mixed channels are silent, and where nothing was mixed.
    public let mixLossDB: Double?
    let keepPlan: KeepPlan

    /// Keep mask of all frames, the same for every coded channel.
    public var keptTokens: TokenMask {
      keepPlan.mask(of: 0..<statistics.frameCount, totalFrameCount: statistics.frameCount)
    }

    /// Length of the recording in seconds.
    public var durationSeconds: Double { Double(sampleCount) / Double(header.sourceSampleRateHz) }
  }

  /// Encodes all samples of `input`. A seekable input is read twice: first to measure its loudness.
  ///
  /// - Parameters:
  ///   - input: File, pipe or memory.
  ///   - write: Closure that is called with the stream's bytes, in order.
  ///   - progress: Closure that is called after each processed chunk of audio or tokens; an error of the closure
  ///     cancels the encoding.
  /// - Returns: Header and size of the stream, and what the input lost.
  /// - Throws: `AudioIOError`; `SignalError`; `VampcError`; `BitstreamError` for values that the container cannot hold;
  ///   `ModelError` where a model file cannot be read; `VampNetError` where the measurement of loudness needs a
  ///   transformer that cannot be loaded; errors of `write` and `progress`.
  public func encode(
    _ input: any AudioInput, write: @escaping ([UInt8]) throws -> Void, progress: CodingProgress.Handler? = nil
  ) throws -> Report {
    let plan = try EncodePlan(
      settings, frontier: frontier, geometry: model.geometry, input: input)
    let loudness = LoudnessMatcher(plan, model, settings, progress: progress)
    let measured = plan.isMeasured ? try loudness.measure(input) : nil
    let tags = settings.tagChanges.apply(to: input.tags)
    let header = try header(plan, gain: measured.map { .whole($0.storedGain) } ?? .perBlock, tags)
    let blockFrameCount = plan.blockFrameCount(sourceSampleCount: measured?.sampleCount)
    let report = InputProgress(input, stage: .encoding, totalSampleCount: measured?.sampleCount, handler: progress)
    let gain: any EncoderGain =
      if let measured {
        WholeGain(measured.appliedGain)
      } else {
        try loudness.blockGain(blockFrameCount: blockFrameCount, checkCancellation: report.send)
      }
    let keepPlan = KeepPlan(settings.keepRules, prompt: plan.chosenPrompt, geometry: plan.geometry)
    let session = try EncodingSession(
      plan, keepPlan, header: header, blockFrameCount: blockFrameCount, model: model, gain: gain, write: write)
    while let chunk = try input.read(upTo: InputReading.chunkSampleCount) {
      try session.append(chunk)
      try report.send()
    }
    let statistics = try session.finish(sampleCount: input.samplePosition)
    return Report(
      header: header, sampleCount: input.samplePosition, statistics: statistics,
      nonFiniteSampleCount: input.nonFiniteSampleCount, damages: input.damages,
      droppedTagCount: tags.count - header.tags.count, mixLossDB: session.mixLossDB, keepPlan: keepPlan)
  }

  private func header(_ plan: EncodePlan, gain: StreamGain, _ tags: [AudioTag]) throws -> StreamHeader {
    StreamHeader(
      codecHash: .codec(sha256: try model.bundle.codecIdentity().digest.bytes),
      generatorHash: try model.bundle.generatorIdentity().map { .generator(sha256: $0.digest.bytes) },
      geometry: plan.geometry, prompt: plan.prompt, codedChannelCount: plan.layout.codedChannelCount,
      sourceSampleRateHz: plan.sourceSampleRateHz, sourceChannelCount: plan.sourceChannelCount, gain: gain,
      sampler: settings.sampler,
      tags: StreamTag.fitting(tags.map { StreamTag(key: $0.name, value: $0.value) }),
      hasBlockMasks: plan.hasBlockMasks)
  }
}

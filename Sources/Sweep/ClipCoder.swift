import Bitstream
import Evaluation
import Foundation
import Kernels
import ModelStore
import OpusBaseline
import Signal
import Tokens
import VampcKit

/// Coder that encodes and decodes one clip under any condition. A coder belongs to one worker and keeps intermediate
/// results that conditions share.
final class ClipCoder {
  /// Decoded clip, at the sample rate and length of the original, with the sizes of its file in bytes. Sizes are nil
  /// for the methods `original` and `noise`, which have no file.
  struct Result {
    var decoded: AudioBuffer
    var outcome = SweepRow.Outcome.ok
    var payloadBytes: Int?
    var fileBytes: Int?
    var maskedShare: Double?
  }

  private let clip: SweepClip
  private let models: [String: Model]
  private let checkCancellation: () throws -> Void
  /// Last encoded stream with a periodic prompt, because conditions that decode one stream with several seeds follow
  /// one another.
  private var periodicStream: (model: String, settings: EncoderSettings, bytes: [UInt8], payloadBytes: Int)?
  /// Clip at the sample rate of Opus, resampled once.
  private var opusInput: AudioBuffer?

  /// Creates a coder.
  ///
  /// - Parameters:
  ///   - clip: Clip that the coder codes.
  ///   - models: Models by name, with this worker's compute contexts.
  ///   - checkCancellation: Closure that is called before each condition and repeatedly while a stream of vampc is
  ///     coded; an error of the closure stops the work.
  init(
    _ clip: SweepClip, models: [String: Model], checkCancellation: @escaping () throws -> Void
  ) {
    self.clip = clip
    self.models = models
    self.checkCancellation = checkCancellation
  }

  /// Codes the clip under a condition.
  ///
  /// - Throws: `VampcError`, `ModelError`, `VampNetError`, `BitstreamError`, `SignalError`, `OpusBaselineError`, and
  ///   the errors of `checkCancellation`.
  func code(_ condition: SweepCondition) throws -> Result {
    try checkCancellation()
    return switch condition.method {
    case .original: Result(decoded: clip.audio)
    case .vampc: try stream(condition)
    case .noise: try noise(condition)
    case .opus: try opus(condition)
    }
  }

  private func model(_ condition: SweepCondition) -> Model {
    guard let model = condition.model.flatMap({ models[$0] }) else {
      preconditionFailure("\(condition.identifier) names a model that is not loaded")
    }
    return model
  }

  private func stream(_ condition: SweepCondition) throws -> Result {
    let model = model(condition)
    let (bytes, payloadBytes) =
      if let mask = mask(condition, model.geometry) {
        try encode(model, settings(keeping: mask))
      } else {
        try periodicStream(condition, model)
      }
    var result = try decode(
      bytes, model, DecoderSettings(fill: condition.fill ?? .generate, adjustSampler: Self.sampler(condition)))
    (result.fileBytes, result.payloadBytes) = (bytes.count, payloadBytes)
    return result
  }

  private static func sampler(_ condition: SweepCondition) -> @Sendable (inout SamplerSettings) -> Void {
    let (steps, seed, sampler) = (condition.coarseSteps, condition.seed, condition.sampler)
    return { settings in
      sampler?.apply(to: &settings)
      if let steps { settings.coarseStepCount = steps }
      if let seed { settings.seed = seed }
    }
  }

  /// Number of samples of the clip at the sample rate of the codec.
  private func codecSampleCount(_ geometry: TokenGeometry) -> Int {
    Resampler.outputCount(
      forInputCount: clip.audio.sampleCount, inputRateHz: clip.audio.sampleRateHz,
      outputRateHz: geometry.sampleRateHz)
  }

  /// Keep mask of a condition; nil for a periodic prompt and for no prompt.
  private func mask(_ condition: SweepCondition, _ geometry: TokenGeometry) -> TokenMask? {
    let (codebooks, seconds) = (condition.codebooks ?? 1, condition.promptSeconds ?? 0)
    let sampleCount = codecSampleCount(geometry)
    return switch condition.prompt {
    case .edges:
      PromptMask.edges(codebooks: codebooks, seconds: seconds, sampleCount: sampleCount, geometry: geometry)
    case .beats:
      PromptMask.beats(
        codebooks: codebooks, seconds: seconds, audio: clip.audio, sampleCount: sampleCount, geometry: geometry)
    case .periodic, nil: nil
    }
  }

  private func periodicStream(_ condition: SweepCondition, _ model: Model) throws -> ([UInt8], payloadBytes: Int) {
    let prompt = CompressionPrompt(
      codebookCount: condition.codebooks ?? model.geometry.codebookCount, period: condition.period ?? 1)
    // The gain that suits generated tokens differs from the gain that suits kept tokens alone.
    let settings = EncoderSettings(
      rate: .prompt(prompt), loudnessTarget: condition.fill ?? .generate == .generate ? .decoded : .codec)
    if let known = periodicStream, known.model == model.name, known.settings == settings {
      return (known.bytes, known.payloadBytes)
    }
    let (bytes, payloadBytes) = try encode(model, settings)
    periodicStream = (model.name, settings, bytes, payloadBytes)
    return (bytes, payloadBytes)
  }

  private func settings(keeping mask: TokenMask) -> EncoderSettings {
    EncoderSettings(
      rate: .prompt(CompressionPrompt(codebookCount: 1)), keepRules: KeepRules(periodWidth: 0, mask: mask))
  }

  private func encode(_ model: Model, _ settings: EncoderSettings) throws -> (bytes: [UInt8], payloadBytes: Int) {
    var bytes: [UInt8] = []
    let report = try RecordingEncoder(model, settings: settings).encode(
      BufferInput(clip.audio), write: { bytes += $0 },
      progress: { [checkCancellation] _ in try checkCancellation() })
    return (bytes, report.statistics.payloadByteCount)
  }

  private func decode(_ bytes: [UInt8], _ model: Model, _ settings: DecoderSettings) throws -> Result {
    let decoder = RecordingDecoder(
      library: ModelLibrary(folders: []), model: model, settings: settings, context: model.context)
    let (audio, report) = try decoder.decodeInMemory(
      bytes, progress: { [checkCancellation] _ in try checkCancellation() })
    return Result(decoded: audio, maskedShare: report.maskedShare)
  }

  /// Codes the clip with all codebooks; each token is replaced by a random token with probability `noiseRatio`.
  private func noise(_ condition: SweepCondition) throws -> Result {
    let model = model(condition)
    let seed = condition.seed ?? 0
    var generator = SplitMix64(seed: UInt64(seed) ^ (UInt64(clip.facts.contentHash.prefix(16), radix: 16) ?? 0))
    let mask = PromptMask.noise(
      ratio: condition.noiseRatio ?? 0, generator: &generator, sampleCount: codecSampleCount(model.geometry),
      geometry: model.geometry)
    return try decode(
      encode(model, settings(keeping: mask)).bytes, model,
      DecoderSettings(fill: .random, adjustSampler: Self.sampler(condition)))
  }

  private func opus(_ condition: SweepCondition) throws -> Result {
    let input = try opusInput ?? Resampler.resample(clip.audio, to: OpusCodec.sampleRateHz)
    opusInput = input
    let settings = OpusSettings(
      bitrateBps: condition.requestedBps ?? 0,
      frameDuration: condition.frameMilliseconds == 20 ? .milliseconds20 : .milliseconds60,
      rateMode: condition.isConstantRate == true ? .constant : .constrainedVariable)
    let result = try OpusCodec.roundTrip(input, settings: settings)
    let aligned = Self.aligned(result.decoded, with: input)
    var decoded = try Resampler.resample(aligned, to: clip.audio.sampleRateHz)
    // Resampling to Opus's rate and back rounds the length up twice, which may add a sample.
    if decoded.sampleCount > clip.audio.sampleCount { decoded = decoded.slice(0..<clip.audio.sampleCount) }
    return Result(
      decoded: decoded, outcome: SweepRow.Outcome(result.outcome), payloadBytes: result.packetByteCount,
      fileBytes: result.oggByteCount)
  }

  /// Removes the delay of a few samples that Opus's SILK layer may add (`OpusResult.decoded`), where the delay can be
  /// estimated.
  private static func aligned(_ decoded: AudioBuffer, with input: AudioBuffer) -> AudioBuffer {
    guard let lag = LagEstimate(of: decoded, behind: input)?.lagSamples, (1...longestSILKLag).contains(lag) else {
      return decoded
    }
    var samples = Array(decoded.channels[0].dropFirst(lag))
    samples += [Float](repeating: 0, count: decoded.sampleCount - samples.count)
    return AudioBuffer(channels: [samples], sampleRateHz: decoded.sampleRateHz)
  }

  /// Longest delay that is removed, in samples at 48 kHz; Opus's SILK layer adds no longer delay.
  private static let longestSILKLag = 8
}

extension SweepRow.Outcome {
  init(_ outcome: OpusOutcome) {
    self =
      switch outcome {
      case .asRequested: .ok
      case .rateExceeded: .rateExceeded
      case .silent: .silent
      }
  }
}

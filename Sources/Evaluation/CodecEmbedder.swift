import DAC
import Kernels
import ModelStore
import Signal
public import VampcKit

/// Embedder whose embeddings are the latents that a codec's encoder computes: one vector per frame, before the
/// quantiser.
///
/// FADTK (arXiv 2311.01616) calls this family of embeddings `dac`. A clip is mixed to mono, brought to the loudness of
/// the codec's training data with one gain, and resampled to the rate of the codec. Clips that differ in gain alone
/// therefore get nearly the same latents; `ClipMeasurement` reports differences in loudness.
public struct CodecEmbedder: ClipEmbedder {
  /// Identifier of the embedding: `dac:` and the identity of the codec.
  public let embedding: String
  private let model: Model

  /// Number of samples that pass through the encoder at a time. This chunk size bounds the memory of the activations.
  private static let chunkSampleCount = 65_536

  /// Creates an embedder from the codec of a model.
  ///
  /// - Throws: `ModelError` where the codec cannot be hashed.
  public init(_ model: Model) throws {
    self.model = model
    embedding = "dac:" + (try model.bundle.codecIdentity().digest.hex)
  }

  /// Computes the latents of every clip, in the order of the clips.
  ///
  /// - Throws: Errors of a clip's `load`; `SignalError` for a sample rate that cannot be resampled or metered;
  ///   `EvaluationError` for latents that are not finite.
  public func embed(_ clips: [EmbeddableClip]) throws -> EmbeddingSet {
    try EmbeddingSet(
      embedding: embedding, dimension: model.codec.configuration.latentDim,
      clips: clips.map { EmbeddingSet.Clip(name: $0.name, values: try latents(of: $0.load())) })
  }

  /// Computes the latents of one clip, `[frame, latent]` row by row; none for a clip without samples.
  ///
  /// - Throws: `SignalError` for a sample rate that cannot be resampled or metered.
  func latents(of audio: AudioBuffer) throws -> [Float] {
    guard audio.channelCount > 0, audio.sampleCount > 0 else { return [] }
    var mono = audio.downmixedToMono()
    let meter = try LoudnessMeter(channelCount: 1, sampleRateHz: mono.sampleRateHz)
    try meter.add(mono)
    LoudnessNormalisation(targetLUFS: model.bundle.codec.loudnessLUFS).gain(for: meter).apply(to: &mono)
    let samples = try Resampler.resample(mono, to: model.codec.configuration.sampleRateHz).channels[0]

    let stream = model.codec.makeEncoderStream()
    let latents = FloatRows(channelCount: model.codec.configuration.latentDim)
    for start in stride(from: 0, to: samples.count, by: Self.chunkSampleCount) {
      stream.input.append(samples[start..<min(samples.count, start + Self.chunkSampleCount)])
      stream.advance(into: latents, isFinal: false, context: model.context)
    }
    let hop = model.codec.configuration.hopLength
    stream.input.appendZeros((hop - samples.count % hop) % hop)
    stream.advance(into: latents, isFinal: true, context: model.context)
    return latents.values
  }
}

import DAC
import Kernels
import ModelStore
import Signal
public import VampcKit

/// Embeds clips as the latents of a codec's encoder, one for each frame, before the quantiser (FADTK, arXiv 2311.01616,
/// calls this family `dac`).
///
/// A clip is mixed to mono, brought to the loudness that the codec was trained at with one gain, as encoding does, and to
/// the codec's rate. So a difference in level alone is no distance; `ClipMeasurement` has it.
public struct CodecEmbedder: ClipEmbedder {
  public let embedding: String
  private let model: Model

  /// Samples that pass through the encoder at a time, which bounds the memory of its activations.
  private static let pieceSampleCount = 65_536

  /// - Throws: `ModelError` where the codec cannot be hashed.
  public init(_ model: Model) throws {
    self.model = model
    embedding = "dac:" + (try model.bundle.codecIdentity().digest.hex)
  }

  public func embed(_ clips: [EmbeddableClip]) throws -> EmbeddingSet {
    try EmbeddingSet(
      embedding: embedding, dimension: model.codec.configuration.latentDim,
      clips: clips.map { EmbeddingSet.Clip(name: $0.name, values: try latents(of: $0.load())) })
  }

  /// `[frame, latent]`.
  func latents(of audio: AudioBuffer) throws -> [Float] {
    guard audio.channelCount > 0, audio.sampleCount > 0 else { return [] }
    var mono = audio.downmixedToMono()
    let meter = try LoudnessMeter(channelCount: 1, sampleRateHz: mono.sampleRateHz)
    try meter.add(mono)
    LoudnessNormalisation(targetLUFS: model.bundle.codec.loudnessLUFS).gain(for: meter).apply(to: &mono)
    let samples = try Resampler.resample(mono, to: model.codec.configuration.sampleRateHz).channels[0]

    let stream = model.codec.makeEncoderStream()
    let latents = FloatRows(channelCount: model.codec.configuration.latentDim)
    for start in stride(from: 0, to: samples.count, by: Self.pieceSampleCount) {
      stream.input.append(samples[start..<min(samples.count, start + Self.pieceSampleCount)])
      stream.advance(into: latents, isFinal: false, context: model.context)
    }
    let hop = model.codec.configuration.hopLength
    stream.input.appendZeros((hop - samples.count % hop) % hop)
    stream.advance(into: latents, isFinal: true, context: model.context)
    return latents.values
  }
}

public import Kernels
public import ModelStore
import Signal

/// Embedder that uses an imported VGGish, whose published network gives 128 values every 0.96 s. The first Fréchet
/// audio distance (Kilgour et al., arXiv 1812.08466) and the VampNet paper use this embedding.
///
/// Clips are not normalised: VGGish responds to loudness. Clips shorter than 0.975 s have no embedding.
public struct VGGishEmbedder: ClipEmbedder {
  /// Identifier of the embedding: `vggish:` and the identity of the model file.
  public let embedding: String
  private let network: VGGishNetwork

  /// Creates an embedder from a model file.
  ///
  /// - Throws: `ModelError` where the file does not hold a valid VGGish.
  public init(_ file: ModelFile, context: ComputeContext) throws {
    network = try VGGishNetwork(file, context: context)
    embedding = "vggish:" + (try file.identity().digest.hex)
  }

  /// Computes the embeddings of every clip, in the order of the clips.
  ///
  /// - Throws: Errors of a clip's `load`; `SignalError` for a sample rate that cannot be resampled; `EvaluationError`
  ///   for embeddings that are not finite.
  public func embed(_ clips: [EmbeddableClip]) throws -> EmbeddingSet {
    try EmbeddingSet(
      embedding: embedding, dimension: network.configuration.embeddingSize,
      clips: clips.map { clip in
        EmbeddingSet.Clip(
          name: clip.name, values: network.embeddings(of: try VGGishFrontEnd.examples(of: clip.load())))
      })
  }
}

public import Kernels
public import ModelStore
import Signal

/// Embeds clips by an imported VGGish, 128 values every 0.96 s: the embedding of the first Fréchet audio distance (Kilgour
/// et al., arXiv 1812.08466) and of the VampNet paper.
///
/// Nothing is done about loudness; level is part of what VGGish hears. Clips below 0.975 s have no embedding.
public struct VGGishEmbedder: ClipEmbedder {
  public let embedding: String
  private let network: VGGishNetwork

  /// - Throws: `ModelError` where the file is no sound VGGish.
  public init(_ file: ModelFile, context: ComputeContext) throws {
    network = try VGGishNetwork(file, context: context)
    embedding = "vggish:" + (try file.identity().digest.hex)
  }

  public func embed(_ clips: [EmbeddableClip]) throws -> EmbeddingSet {
    try EmbeddingSet(
      embedding: embedding, dimension: network.configuration.embeddingSize,
      clips: clips.map { clip in
        EmbeddingSet.Clip(
          name: clip.name, values: network.embeddings(of: try VGGishFrontEnd.examples(of: clip.load())))
      })
  }
}

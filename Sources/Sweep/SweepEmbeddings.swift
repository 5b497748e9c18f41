public import Evaluation
public import VampcKit

/// Embeddings of a sweep's Fréchet distances.
public struct SweepEmbeddings: Sendable {
  /// Choice of one embedding: its name, its reference and how to make its network.
  public struct Choice: Sendable {
    /// Name of the embedding in the column `frechet_NAME` and in plots.
    public let name: String
    /// Whether embedding many clips at once costs less than embedding single clips, as with an external program.
    public let worksInBatches: Bool
    /// Statistics with which the clips are compared; nil compares with the originals.
    public let reference: EmbeddingStatistics?
    let make: @Sendable (_ models: [Model], _ folder: String) throws -> any ClipEmbedder

    /// Creates the choice of an embedding.
    ///
    /// - Parameters:
    ///   - name: Name of the embedding in the column `frechet_NAME` and in plots.
    ///   - worksInBatches: Whether embedding many clips at once costs less than embedding single clips.
    ///   - reference: Statistics with which the clips are compared; nil compares with the originals.
    ///   - make: Closure that makes an embedder for each worker, from the models of the sweep and a folder for
    ///     temporary files.
    public init(
      name: String, worksInBatches: Bool = false, reference: EmbeddingStatistics? = nil,
      make: @escaping @Sendable (_ models: [Model], _ folder: String) throws -> any ClipEmbedder
    ) {
      self.name = name
      self.worksInBatches = worksInBatches
      self.reference = reference
      self.make = make
    }

    /// Embedding `codec`: the latents of the first model's encoder.
    public static func codec(reference: EmbeddingStatistics? = nil) -> Choice {
      Choice(name: "codec", reference: reference) { models, _ in try CodecEmbedder(models[0]) }
    }
  }

  /// Chosen embeddings, in the order of their columns.
  public let choices: [Choice]

  /// Creates the list of chosen embeddings, whose names must differ.
  public init(_ choices: [Choice]) { self.choices = choices }

  /// Reference statistics by the name of the embedding, without embeddings that are compared with the originals.
  var references: [String: EmbeddingStatistics] {
    Dictionary(uniqueKeysWithValues: choices.compactMap { choice in choice.reference.map { (choice.name, $0) } })
  }
}

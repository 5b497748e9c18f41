public import Evaluation
public import VampcKit

/// The embeddings whose Fréchet distances a sweep has, by the names of their columns.
public struct SweepEmbeddings: Sendable {
  /// One of them.
  public struct Choice: Sendable {
    /// Names the column, `frechet_NAME`, and plots.
    public let name: String
    /// Whether many clips at once are cheaper than one by one: a program of its own has to start.
    public let worksInBatches: Bool
    /// What the clips' statistics are compared with instead of the originals'; nil for those.
    public let reference: EmbeddingStatistics?
    let make: @Sendable (_ models: [Model], _ folder: String) throws -> any ClipEmbedder

    /// - Parameter make: called for each worker, with the sweep's models and a folder for temporary files.
    public init(
      name: String, worksInBatches: Bool = false, reference: EmbeddingStatistics? = nil,
      make: @escaping @Sendable (_ models: [Model], _ folder: String) throws -> any ClipEmbedder
    ) {
      self.name = name
      self.worksInBatches = worksInBatches
      self.reference = reference
      self.make = make
    }

    /// The latents of the first model's encoder.
    public static func codec(reference: EmbeddingStatistics? = nil) -> Choice {
      Choice(name: "codec", reference: reference) { models, _ in try CodecEmbedder(models[0]) }
    }
  }

  public let choices: [Choice]

  public init(_ choices: [Choice]) { self.choices = choices }

  /// By name, those that are not the originals.
  var references: [String: EmbeddingStatistics] {
    Dictionary(uniqueKeysWithValues: choices.compactMap { choice in choice.reference.map { (choice.name, $0) } })
  }
}

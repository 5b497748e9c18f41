public import Signal

/// A clip by name, loaded when it is needed.
public struct EmbeddableClip {
  public let name: String
  public let load: () throws -> AudioBuffer

  public init(name: String, load: @escaping () throws -> AudioBuffer) {
    self.name = name
    self.load = load
  }
}

/// What turns clips into embeddings, whose distribution a Fréchet distance compares.
public protocol ClipEmbedder {
  /// What makes the embeddings, in words (`formats/embedding-statistics.md`).
  var embedding: String { get }

  /// - Throws: what a clip's `load` throws, and what the embedding itself may object to.
  func embed(_ clips: [EmbeddableClip]) throws -> EmbeddingSet
}

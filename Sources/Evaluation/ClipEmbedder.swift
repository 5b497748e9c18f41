public import Signal

/// Named clip whose samples are loaded only when an embedder needs them.
public struct EmbeddableClip {
  /// Name of the clip in embedding sets and messages.
  public let name: String
  /// Closure that reads the samples.
  public let load: () throws -> AudioBuffer

  /// Creates a clip from its name and a closure that reads its samples.
  public init(name: String, load: @escaping () throws -> AudioBuffer) {
    self.name = name
    self.load = load
  }
}

/// Type that turns clips into embeddings, whose distributions a Fréchet distance compares.
public protocol ClipEmbedder {
  /// Text that identifies the network behind the embeddings (`formats/embedding-statistics.md`).
  var embedding: String { get }

  /// Computes the embeddings of every clip, in the order of the clips.
  ///
  /// - Throws: errors of a clip's `load`, and errors of the embedding itself.
  func embed(_ clips: [EmbeddableClip]) throws -> EmbeddingSet
}

/// Role of a file in its model.
public enum ModelRole: String, Sendable, CaseIterable {
  /// Codec.
  case codec
  /// Coarse transformer.
  case coarse
  /// Coarse-to-fine transformer.
  case coarseToFine = "c2f"
  /// Embedding network, the only file of its model.
  case embedding

  /// Name of the file in the model's folder.
  public var fileName: String { rawValue + ".safetensors" }
}

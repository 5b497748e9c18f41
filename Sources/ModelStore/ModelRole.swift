/// Role of a file in its model.
public enum ModelRole: String, Sendable, CaseIterable {
  /// Codec, which turns audio into tokens and tokens into audio.
  case codec
  /// Coarse transformer, which generates the tokens of the first codebooks.
  case coarse
  /// Coarse-to-fine transformer, which generates the tokens of the other codebooks.
  case coarseToFine = "c2f"
  /// Embedding network, the only file of its model.
  case embedding

  /// Name of the file in the model's folder.
  public var fileName: String { rawValue + ".safetensors" }
}

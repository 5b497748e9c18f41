public import ModelStore

/// Settings of the import of a model from checkpoints.
public struct ImportSettings: Sendable {
  /// Name of the model. `nil` takes the name in the metadata of the codec's (or embedding network's) file, otherwise
  /// the file's name without folder and extension.
  public var name: String?
  /// Element type of layer weights; all other tensors are then stored in 32 bits. `nil` keeps copied 16-bit tensors as
  /// they are and stores all other tensors in 32 bits.
  public var storage: WeightStorage?
  /// Paths of JSON files with constructor arguments, one for each checkpoint without arguments, in the order of the
  /// checkpoints.
  public var configurationPaths: [String] = []
  /// Paths of LoRA fine-tunes, each with the role of the transformer that the fine-tune updates; a nil role is derived
  /// from the layers of the fine-tune.
  public var loraPaths: [(role: ModelRole?, path: String)] = []
  /// SPDX identifier of the weights' licence; `nil` keeps the identifier in an imported model file.
  public var licence: String?
  /// Origin of the weights as free text; `nil` keeps the origin in an imported model file.
  public var source: String?

  /// Default settings.
  public init() {}
}

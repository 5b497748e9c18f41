public import ModelStore

/// Settings of the import of a model from checkpoints.
public struct ImportSettings: Sendable {
  /// Name of the model; `nil` takes the name of the codec's file.
  public var name: String?
  /// Element type of layer weights; `nil` keeps 16-bit weights and stores all others in 32 bits.
  public var storage: WeightStorage?
  /// Paths of JSON files with arguments, one for each network without arguments, in the order of the networks.
  public var configurationPaths: [String] = []
  /// LoRA fine-tunes, each with a role if the role does not follow from the file.
  public var loraPaths: [(role: ModelRole?, path: String)] = []
  /// SPDX identifier of the weights' licence; `nil` keeps the identifier of a model file.
  public var licence: String?
  /// Origin of the weights; `nil` keeps the origin in a model file.
  public var source: String?

  /// Default settings.
  public init() {}
}

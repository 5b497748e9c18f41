/// Kind of network in a model file, named after the published network.
public enum ModelKind: String, Sendable, CaseIterable {
  /// Descript Audio Codec.
  case dac = "DAC"
  /// Codec in VampNet's published checkpoint.
  case lac = "LAC"
  /// Transformer of VampNet.
  case vampNet = "VampNet"
  /// Embedding network for Fréchet distances.
  case vggish = "VGGish"

  /// Roles that networks of this kind can have.
  var roles: [ModelRole] {
    switch self {
    case .dac, .lac: [.codec]
    case .vampNet: [.coarse, .coarseToFine]
    case .vggish: [.embedding]
    }
  }
}

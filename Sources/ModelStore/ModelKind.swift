/// Kind of network in a model file, named after the published network.
public enum ModelKind: String, Sendable, CaseIterable {
  /// DAC: Descript Audio Codec (arXiv 2306.06546).
  case dac = "DAC"
  /// LAC: codec in VampNet's published checkpoint.
  case lac = "LAC"
  /// Transformer of VampNet (arXiv 2307.04686), coarse or coarse-to-fine.
  case vampNet = "VampNet"
  /// VGGish (arXiv 1609.09430): embedding network for Fréchet distances.
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

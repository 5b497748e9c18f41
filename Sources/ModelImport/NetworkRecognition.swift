import Foundation
package import ModelStore

/// Which network a checkpoint holds, from the names of its tensors.
package enum NetworkRecognition: Equatable {
  case codec(CodecConfiguration.Kind)
  case vampNet
  case vggish
  /// A LoRA fine-tune: nothing but pairs of small matrices.
  case lora

  /// - Throws: `ImportError.unknownNetwork`.
  package init(_ checkpoint: Checkpoint) throws {
    let names = checkpoint.tensors.map(\.name)
    if !names.isEmpty, names.allSatisfy({ $0.hasSuffix(".lora_A") || $0.hasSuffix(".lora_B") }) {
      self = .lora
    } else if checkpoint.contains("quantizer.quantizers.0.codebook.weight"),
      names.contains(where: { $0.hasPrefix("decoder.model.") })
    {
      self = .codec(names.contains { $0.contains(".mrf_blocks.") } ? .lac : .dac)
    } else if checkpoint.contains("embedding.special.MASK"),
      names.contains(where: { $0.hasPrefix("transformer.layers.") })
    {
      self = .vampNet
    } else if checkpoint.contains("features.0.weight"), checkpoint.contains("embeddings.4.weight") {
      self = .vggish
    } else {
      throw ImportError.unknownNetwork(path: checkpoint.path, tensors: names)
    }
  }

  /// As `kind` of the metadata says it; `nil` for what is no network.
  package var kind: ModelKind? {
    switch self {
    case .codec(.dac): .dac
    case .codec(.lac): .lac
    case .vampNet: .vampNet
    case .vggish: .vggish
    case .lora: nil
    }
  }

  /// The arguments of a network whose published checkpoints have none, from the shapes of its tensors, as JSON.
  package func arguments(of checkpoint: Checkpoint) -> String? {
    self == .vggish ? VGGishConfiguration.arguments { checkpoint.tensor(named: $0)?.shape } : nil
  }

  /// The network's place in its model. Coarse and coarse-to-fine differ in how many codebooks they are given.
  ///
  /// - Parameter arguments: the constructor's, as JSON; what is wrong with them is reported when they are checked.
  package func role(arguments: String) -> ModelRole {
    if self == .vggish { return .embedding }
    guard self == .vampNet else { return .codec }
    let values = try? JSONDecoder().decode([String: NetworkArgument].self, from: Data(arguments.utf8))
    return values?["n_conditioning_codebooks"] == .integer(0) ? .coarse : .coarseToFine
  }
}

import Foundation
package import ModelStore

/// Network of a checkpoint, recognised by the names of its tensors.
package enum NetworkRecognition: Equatable {
  /// Codec, DAC or LAC.
  case codec(CodecConfiguration.Kind)
  /// Transformer of VampNet, coarse or coarse-to-fine.
  case vampNet
  /// Embedding network VGGish.
  case vggish
  /// LoRA fine-tune, which has only pairs of low-rank matrices.
  case lora

  /// Recognises the network of a checkpoint.
  ///
  /// - Throws: ``ImportError/unknownNetwork(path:tensors:)``.
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

  /// Kind of the network for the metadata; `nil` for a LoRA fine-tune.
  package var kind: ModelKind? {
    switch self {
    case .codec(.dac): .dac
    case .codec(.lac): .lac
    case .vampNet: .vampNet
    case .vggish: .vggish
    case .lora: nil
    }
  }

  /// Arguments of a VGGish as JSON, from the shapes of its tensors, because VGGish checkpoints have no arguments; `nil`
  /// for other networks.
  package func arguments(of checkpoint: Checkpoint) -> String? {
    self == .vggish ? VGGishConfiguration.arguments { checkpoint.tensor(named: $0)?.shape } : nil
  }

  /// Role of the network in its model. Among transformers, the coarse transformer has no conditioning codebooks.
  ///
  /// - Parameter arguments: Arguments of the constructor as JSON. The result is a role even for invalid arguments,
  ///   which a later check reports.
  package func role(arguments: String) -> ModelRole {
    if self == .vggish { return .embedding }
    guard self == .vampNet else { return .codec }
    let values = try? JSONDecoder().decode([String: NetworkArgument].self, from: Data(arguments.utf8))
    return values?["n_conditioning_codebooks"] == .integer(0) ? .coarse : .coarseToFine
  }
}

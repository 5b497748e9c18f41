import ModelStore

/// LoRA matrices of a checkpoint: pairs of tensors `P.lora_A` and `P.lora_B` for layers `P` of a transformer.
///
/// A fine-tune consists of such pairs. Published transformers contain pairs, too, which the pairs of a fine-tune
/// replace.
package struct LowRankFile {
  let checkpoint: Checkpoint

  static let suffixes = ["lora_A", "lora_B"]
  /// Strength of a fine-tune that states no strength (`vampnet/modules/layers.py` and loralib).
  private static let publishedAlpha = 1.0

  /// Names of the updated layers, each with a dot at the end.
  var layers: Set<String> {
    Set(
      checkpoint.tensors.compactMap { tensor in
        Self.suffixes.first { tensor.name.hasSuffix("." + $0) }.map { String(tensor.name.dropLast($0.count)) }
      })
  }

  /// Update of the layer whose weight is `target`; `nil` if the layer has no update.
  ///
  /// - Throws: `ModelError.missingTensor` if half of a pair is missing, or
  ///   ``ImportError/loraDoesNotFit(path:reason:)``.
  func update(of target: NetworkTensor) throws -> LowRankUpdate? {
    guard target.isLayerWeight, target.name.hasSuffix(".weight") else { return nil }
    let layer = String(target.name.dropLast("weight".count))
    let names = Self.suffixes.map { layer + $0 }
    let tensors = names.map { checkpoint.tensor(named: $0) }
    guard let first = tensors[0], let second = tensors[1] else {
      guard let missing = zip(names, tensors).first(where: { $1 == nil })?.0, tensors.contains(where: { $0 != nil })
      else { return nil }
      throw ModelError.missingTensor(path: checkpoint.path, tensor: missing)
    }
    return try LowRankUpdate(
      first: first, second: second, alpha: checkpoint.notes.loraAlpha ?? Self.publishedAlpha, shape: target.shape,
      storages: checkpoint.storages)
  }
}

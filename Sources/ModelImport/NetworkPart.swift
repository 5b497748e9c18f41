package import ModelStore

/// Network of a new model: metadata of its file and a recipe for each tensor.
package struct NetworkPart {
  /// Tensor of the new model file: shape, source and element type.
  struct Tensor {
    let target: NetworkTensor
    let recipe: TensorRecipe
    let storage: WeightStorage
  }

  let checkpoint: Checkpoint
  let role: ModelRole
  let kind: ModelKind
  /// Entries of the new file's `__metadata__`, except for the digests.
  let metadata: [String: String]
  let configuration: NetworkConfiguration
  let tensors: [Tensor]

  /// Metadata keys whose values an import copies from a model file.
  private static let keptKeys = ["licence", "source", "window_frames", "loudness_lufs", "loudness_dbfs_rms"]

  /// Prefix of VGGish's tensors for whitening and quantising to 8 bits, which Fréchet distances do not use.
  private static let postprocessingPrefix = "pproc."

  /// Network that a checkpoint contains.
  ///
  /// - Parameters:
  ///   - checkpoint: Checkpoint with the network's tensors.
  ///   - kind: Kind of the network.
  ///   - role: Role of the network in the new model.
  ///   - arguments: Arguments of the published constructor as JSON.
  ///   - changes: Metadata that are added to the file's metadata or replace them, `name` among them.
  ///   - lora: Fine-tune to add to the weights; nil for none.
  ///   - storage: Element type of layer weights; all other tensors are then stored in 32 bits. `nil` keeps copied
  ///     16-bit tensors as they are and stores all other tensors in 32 bits.
  /// - Throws: `ModelError` for invalid metadata or arguments, and for a tensor that is missing, unexpected or of
  ///   another shape; ``ImportError`` if kind or fine-tune do not fit.
  package init(
    _ checkpoint: Checkpoint, kind: ModelKind, role: ModelRole, arguments: String, changes: [String: String],
    lora: LowRankFile?, storage: WeightStorage?
  ) throws {
    if let stated = checkpoint.notes.metadata["kind"], stated != kind.rawValue {
      throw ImportError.kindMismatch(path: checkpoint.path, metadata: stated, tensors: kind.rawValue)
    }
    var metadata = checkpoint.notes.metadata.filter { Self.keptKeys.contains($0.key) }
    metadata.merge(["kind": kind.rawValue, "role": role.rawValue, "kwargs": arguments]) { $1 }
    metadata.merge(changes) { $1 }
    (self.checkpoint, self.kind, self.role, self.metadata) = (checkpoint, kind, role, metadata)
    configuration = try NetworkConfiguration(
      ModelMetadata(strings: metadata, path: checkpoint.path), strings: metadata, path: checkpoint.path)

    let own = LowRankFile(checkpoint: checkpoint)
    var taken: Set<String> = []
    var updatedLayers: Set<String> = []
    tensors = try configuration.tensors.map { target in
      let update = try lora?.update(of: target)
      if update != nil { updatedLayers.insert(String(target.name.dropLast("weight".count))) }
      let recipe = try TensorRecipe(for: target, in: checkpoint, update: update ?? own.update(of: target))
      taken.formUnion(recipe.takenNames)
      if target.isLayerWeight {
        let layer = target.name.dropLast("weight".count)
        taken.formUnion(LowRankFile.suffixes.map { layer + $0 })
      }
      return Tensor(target: target, recipe: recipe, storage: Self.storage(of: target, recipe, requested: storage))
    }
    let surplus = checkpoint.tensors.map(\.name).filter { name in
      !taken.contains(name) && !(kind == .vggish && name.hasPrefix(Self.postprocessingPrefix))
    }
    guard surplus.isEmpty else {
      throw ModelError.surplusTensors(path: checkpoint.path, tensors: surplus.sorted())
    }
    if let lora, let layer = lora.layers.subtracting(updatedLayers).min() {
      throw ImportError.loraDoesNotFit(
        path: lora.checkpoint.path, reason: "\(layer)lora_A belongs to no layer of \(checkpoint.path)")
    }
  }

  private static func storage(
    of target: NetworkTensor, _ recipe: TensorRecipe, requested: WeightStorage?
  ) -> WeightStorage {
    if let requested { return target.isLayerWeight ? requested : .f32 }
    return switch recipe.storedType {
    case .f16: .f16
    case .bf16: .bf16
    default: .f32
    }
  }

  /// Number of parameters of the network.
  var parameterCount: Int { tensors.reduce(0) { $0 + $1.target.elementCount } }

  /// Names of the layers that a fine-tune can update, in the form of ``LowRankFile/layers``.
  static func layers(of configuration: NetworkConfiguration) -> Set<String> {
    Set(
      configuration.tensors.filter { $0.isLayerWeight && $0.shape.count == 2 }.map {
        String($0.name.dropLast("weight".count))
      })
  }
}

extension NetworkPart {
  /// Approximate number of elements that are converted and written at a time: 1 MiB of 32-bit floats.
  private static let chunkElementCount = 1 << 18

  /// Writes the model file in chunks.
  ///
  /// - Parameters:
  ///   - path: Path of the new file, which must not exist.
  ///   - progress: Closure that receives the number of elements written since the last call; an error of the closure
  ///     ends the writing.
  /// - Throws: `ModelError`, ``ImportError`` or an error of `progress`. The file is then incomplete.
  package func write(to path: String, progress: (Int) throws -> Void) throws {
    let stream = try SafetensorsStream(
      path: path, metadata: metadata,
      tensors: tensors.map {
        SafetensorsStream.Tensor(
          name: $0.target.name, elementType: $0.storage.elementType, shape: $0.target.shape)
      })
    for tensor in tensors {
      try stream.begin()
      let rowCount = tensor.target.shape.first ?? 1
      let rowLength = tensor.target.shape.dropFirst().reduce(1, *)
      let step = max(1, Self.chunkElementCount / max(1, rowLength))
      for start in stride(from: 0, to: rowCount, by: step) {
        let values = try tensor.recipe.rows(start..<min(start + step, rowCount), from: checkpoint.storages)
        let (bytes, misfit) = encoded(values, as: tensor.storage)
        if let misfit {
          throw ImportError.valueOutOfRange(
            path: checkpoint.path, tensor: tensor.target.name, elementIndex: start * rowLength + misfit,
            storage: tensor.storage.elementType.rawValue)
        }
        try stream.append(bytes)
        try progress(values.count)
      }
    }
    try stream.finish()
  }
}

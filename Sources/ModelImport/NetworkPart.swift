package import ModelStore

/// One network of a model that is to be made: what its file will say, and how each of its tensors is made.
package struct NetworkPart {
  struct Tensor {
    let target: NetworkTensor
    let recipe: TensorRecipe
    let storage: WeightStorage
  }

  let checkpoint: Checkpoint
  let role: ModelRole
  let kind: ModelKind
  /// `__metadata__` without the digests.
  let metadata: [String: String]
  let configuration: NetworkConfiguration
  let tensors: [Tensor]

  /// Keys of a model file that stay what they are when it is imported.
  private static let keptKeys = ["licence", "source", "window_frames", "loudness_lufs", "loudness_dbfs_rms"]

  /// VGGish's whitening and quantising to 8 bits, which Fréchet distances leave out.
  private static let postprocessingPrefix = "pproc."

  /// - Parameters:
  ///   - arguments: the published constructor's, as JSON.
  ///   - changes: metadata to be set or to take the place of what the file says, `name` among them.
  ///   - lora: a fine-tune to be folded in.
  ///   - storage: what layer weights are stored as; `nil` keeps 16 bits where a checkpoint has them, else 32.
  /// - Throws: `ModelError` for arguments out of range, and a tensor that is missing, misshapen or surplus;
  ///   `ImportError` where kind or fine-tune do not fit.
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
      return Tensor(target: target, recipe: recipe, storage: Self.storage(of: target, recipe, wish: storage))
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
    of target: NetworkTensor, _ recipe: TensorRecipe, wish: WeightStorage?
  ) -> WeightStorage {
    if let wish { return target.isLayerWeight ? wish : .f32 }
    return switch recipe.storedType {
    case .f16: .f16
    case .bf16: .bf16
    default: .f32
    }
  }

  /// Numbers in the network.
  var parameterCount: Int { tensors.reduce(0) { $0 + $1.target.elementCount } }

  /// Layers that a fine-tune can update, as `LowRankFile.layers` names them.
  static func layers(of configuration: NetworkConfiguration) -> Set<String> {
    Set(
      configuration.tensors.filter { $0.isLayerWeight && $0.shape.count == 2 }.map {
        String($0.name.dropLast("weight".count))
      })
  }
}

extension NetworkPart {
  /// About how many elements are in memory at a time.
  private static let pieceElementCount = 1 << 18

  /// Writes the model file, piece by piece.
  ///
  /// - Parameter progress: called with the number of elements written since the last call; what it throws ends it.
  /// - Throws: `ModelError`, `ImportError`; the file is then incomplete.
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
      let step = max(1, Self.pieceElementCount / max(1, rowLength))
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

import ModelStore

/// Recipe that computes a tensor of a model file from the tensors of a checkpoint.
enum TensorRecipe {
  /// Copy of a tensor of the checkpoint, whose values are only converted to the element type of the model file.
  case stored(StoredTensor)
  /// Folded weight normalisation: `g · v / ‖v‖`, with the norm over all axes but the first.
  case weightNormalised(gain: StoredTensor, direction: StoredTensor)
  /// Low-rank update of LoRA (arXiv 2106.09685, equation 3): weight + scale · B · A.
  case lowRank(weight: StoredTensor, LowRankUpdate)

  /// Recipe for a tensor of a network.
  ///
  /// - Parameters:
  ///   - target: Tensor of the model file.
  ///   - checkpoint: Checkpoint with the source tensors.
  ///   - update: Low-rank update to add; nil for none. A weight-normalised layer ignores the update.
  /// - Throws: `ModelError.missingTensor` or `.wrongShape`.
  init(for target: NetworkTensor, in checkpoint: Checkpoint, update: LowRankUpdate?) throws {
    func tensor(_ name: String, _ shape: [Int]) throws -> StoredTensor {
      guard let tensor = checkpoint.tensor(named: name) else {
        throw ModelError.missingTensor(path: checkpoint.path, tensor: name)
      }
      guard tensor.shape == shape else {
        throw ModelError.wrongShape(path: checkpoint.path, tensor: name, expected: shape, found: tensor.shape)
      }
      return tensor
    }
    if let names = Self.weightNormalisation(of: target, in: checkpoint) {
      let gainShape = [target.shape[0]] + [Int](repeating: 1, count: target.shape.count - 1)
      self = .weightNormalised(
        gain: try tensor(names.gainName, gainShape), direction: try tensor(names.directionName, target.shape))
    } else if let update {
      self = .lowRank(weight: try tensor(target.name, target.shape), update)
    } else {
      self = .stored(try tensor(target.name, target.shape))
    }
  }

  /// Names of the gain and direction tensors of the layer with weight `target`; nil if the checkpoint has
  /// neither tensor.
  private static func weightNormalisation(
    of target: NetworkTensor, in checkpoint: Checkpoint
  ) -> WeightNormalisation? {
    guard target.isLayerWeight else { return nil }
    return WeightNormalisation.namings(ofLayer: String(target.name.dropLast(".weight".count))).first {
      checkpoint.contains($0.gainName) || checkpoint.contains($0.directionName)
    }
  }

  /// Names of the checkpoint's tensors that the recipe uses, except for the matrices of the update.
  var takenNames: [String] {
    switch self {
    case .stored(let tensor), .lowRank(let tensor, _): [tensor.name]
    case .weightNormalised(let gain, let direction): [gain.name, direction.name]
    }
  }

  /// Element type of a copied tensor; nil for a computed tensor.
  var storedType: TensorElementType? { if case .stored(let tensor) = self { tensor.elementType } else { nil } }

  /// Computes rows of the tensor in C order; rows are along the first axis.
  ///
  /// - Parameters:
  ///   - range: Indices of the rows, counted from 0.
  ///   - storages: Reader of the checkpoint's tensors.
  /// - Throws: `ModelError.nonFiniteValue`, `.zeroWeightNorm`, or ``ImportError`` if a storage is damaged.
  func rows(_ range: Range<Int>, from storages: StorageReader) throws -> [Float] {
    switch self {
    case .stored(let tensor): return try storages.rows(range, of: tensor)
    case .weightNormalised(let gain, let direction):
      let gains = try storages.rows(range, of: gain)
      var weights = try storages.rows(range, of: direction)
      if let row = WeightNormalisation.fold(gains: gains, into: &weights) {
        throw ModelError.zeroWeightNorm(path: storages.path, tensor: direction.name, row: range.lowerBound + row)
      }
      return weights
    case .lowRank(let weight, let update):
      var weights = try storages.rows(range, of: weight)
      try update.add(to: &weights, rows: range)
      return weights
    }
  }
}

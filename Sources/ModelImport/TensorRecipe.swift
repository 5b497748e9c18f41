import ModelStore

/// Recipe that computes a tensor of a model file from the tensors of a checkpoint.
enum TensorRecipe {
  /// Copy of a tensor.
  case stored(StoredTensor)
  /// Folded weight normalisation: `g · v / ‖v‖`, with the norm over all axes but the first.
  case weightNormalised(gain: StoredTensor, direction: StoredTensor)
  /// Low-rank update of LoRA (arXiv 2106.09685, equation 3): weight + scale · B · A.
  case lowRank(weight: StoredTensor, LowRankUpdate)

  /// Recipe for a tensor of a network.
  ///
  /// - Parameter update: Low-rank update to add, if there is one.
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
    if let spelling = WeightNormSpelling.all.first(where: { spelling in
      checkpoint.contains(spelling.gain(of: target)) || checkpoint.contains(spelling.direction(of: target))
    }), target.isLayerWeight {
      let gainShape = [target.shape[0]] + [Int](repeating: 1, count: target.shape.count - 1)
      self = .weightNormalised(
        gain: try tensor(spelling.gain(of: target), gainShape),
        direction: try tensor(spelling.direction(of: target), target.shape))
    } else if let update {
      self = .lowRank(weight: try tensor(target.name, target.shape), update)
    } else {
      self = .stored(try tensor(target.name, target.shape))
    }
  }

  /// Names of the checkpoint's tensors that the recipe uses, except those of the update.
  var takenNames: [String] {
    switch self {
    case .stored(let tensor), .lowRank(let tensor, _): [tensor.name]
    case .weightNormalised(let gain, let direction): [gain.name, direction.name]
    }
  }

  /// Element type of a copied tensor; nil for a computed one.
  var storedType: TensorElementType? { if case .stored(let tensor) = self { tensor.elementType } else { nil } }

  /// Computes rows of the tensor in C order; rows are along the first axis.
  ///
  /// - Parameter storages: Reader of the checkpoint's tensors.
  /// - Throws: `ModelError.nonFiniteValue`, `.zeroWeightNorm`, or ``ImportError`` if a storage is damaged.
  func rows(_ range: Range<Int>, from storages: StorageReader) throws -> [Float] {
    switch self {
    case .stored(let tensor): return try storages.rows(range, of: tensor)
    case .weightNormalised(let gain, let direction):
      let gains = try storages.rows(range, of: gain)
      var weights = try storages.rows(range, of: direction)
      let rowLength = weights.count / max(1, range.count)
      for (index, gain) in gains.enumerated() {
        let row = index * rowLength..<(index + 1) * rowLength
        let squares = row.reduce(0.0) { $0 + Double(weights[$1]) * Double(weights[$1]) }
        guard squares > 0 || row.isEmpty else {
          throw ModelError.zeroWeightNorm(
            path: storages.path, tensor: direction.name, row: range.lowerBound + index)
        }
        let scale = Double(gain) / squares.squareRoot()
        for index in row { weights[index] = Float(Double(weights[index]) * scale) }
      }
      return weights
    case .lowRank(let weight, let update):
      var weights = try storages.rows(range, of: weight)
      try update.add(to: &weights, rows: range)
      return weights
    }
  }
}

/// Naming of the two tensors of a weight-normalised layer.
private struct WeightNormSpelling {
  let gainSuffix: String
  let directionSuffix: String

  /// Namings of `torch.nn.utils.weight_norm` and `torch.nn.utils.parametrizations.weight_norm`.
  static let all = [
    WeightNormSpelling(gainSuffix: "_g", directionSuffix: "_v"),
    WeightNormSpelling(gainSuffix: ".original0", directionSuffix: ".original1"),
  ]

  func gain(of tensor: NetworkTensor) -> String { base(tensor) + gainSuffix }
  func direction(of tensor: NetworkTensor) -> String { base(tensor) + directionSuffix }

  /// Common prefix of both names: `P.weight` or `P.parametrizations.weight`.
  private func base(_ tensor: NetworkTensor) -> String {
    guard gainSuffix != "_g" else { return tensor.name }
    return tensor.name.dropLast("weight".count) + "parametrizations.weight"
  }
}

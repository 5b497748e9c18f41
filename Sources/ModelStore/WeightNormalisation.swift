/// Names of the two tensors of a weight-normalised layer, and the rule that folds the tensors to one weight.
package struct WeightNormalisation {
  /// Name of the tensor with the gains g, one value per row of the weight.
  package let gainName: String
  /// Name of the tensor with the directions v, which has the shape of the weight.
  package let directionName: String

  /// Both possible pairs of names for layer `layer`: the names that `torch.nn.utils.weight_norm` gives, then the names
  /// that `torch.nn.utils.parametrizations.weight_norm` gives.
  package static func namings(ofLayer layer: String) -> [WeightNormalisation] {
    [
      WeightNormalisation(gainName: "\(layer).weight_g", directionName: "\(layer).weight_v"),
      WeightNormalisation(
        gainName: "\(layer).parametrizations.weight.original0",
        directionName: "\(layer).parametrizations.weight.original1"),
    ]
  }

  /// Replaces each row v of `weights` by `g · v / ‖v‖`; the norm is computed in double precision over the whole row.
  ///
  /// - Parameters:
  ///   - gains: One gain g for each row.
  ///   - weights: Rows of directions v in C order.
  /// - Returns: Index of the first row whose direction has norm 0, or nil if all rows are folded. Rows from this index
  ///   on are unchanged.
  package static func fold(gains: [Float], into weights: inout [Float]) -> Int? {
    guard !weights.isEmpty else { return nil }
    let rowLength = weights.count / gains.count
    for (row, gain) in gains.enumerated() {
      let range = row * rowLength..<(row + 1) * rowLength
      var squares = 0.0
      for index in range { squares += Double(weights[index]) * Double(weights[index]) }
      guard squares > 0 else { return row }
      let scale = Double(gain) / squares.squareRoot()
      for index in range { weights[index] = Float(Double(weights[index]) * scale) }
    }
    return nil
  }
}

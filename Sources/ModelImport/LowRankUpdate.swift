import ModelStore

/// Update of one layer by a LoRA fine-tune: scale · B · A is added to the layer's weight `[outputs, inputs]`, with A
/// `[rank, inputs]` and B `[outputs, rank]`.
struct LowRankUpdate {
  /// Matrix A `[rank, inputs]`.
  let first: StoredTensor
  /// Matrix B `[outputs, rank]`.
  let second: StoredTensor
  /// Factor of the product: strength divided by rank.
  let scale: Double
  private let storages: StorageReader

  /// Rank of the update: number of rows of A.
  var rank: Int { first.shape[0] }

  /// Update of a layer whose weight has the given shape.
  ///
  /// - Parameter alpha: Strength of the update, which divided by the rank gives the scale (loralib's `scaling`).
  /// - Throws: ``ImportError/loraDoesNotFit(path:reason:)`` if the shapes of matrices and layer do not fit together.
  init(first: StoredTensor, second: StoredTensor, alpha: Double, shape: [Int], storages: StorageReader) throws {
    guard first.shape.count == 2, first.shape[0] > 0, shape.count == 2, first.shape[1] == shape[1],
      second.shape == [shape[0], first.shape[0]]
    else {
      throw ImportError.loraDoesNotFit(
        path: storages.path,
        reason: "\(first.name) is \(first.shape) and \(second.name) is \(second.shape), the layer is \(shape)")
    }
    (self.first, self.second, self.storages) = (first, second, storages)
    scale = alpha / Double(first.shape[0])
  }

  /// Adds the update to `weights`, which contains the rows `rows` of the layer's weight matrix in C order.
  ///
  /// - Throws: ``ImportError`` if a storage is damaged, or `ModelError.nonFiniteValue`.
  func add(to weights: inout [Float], rows: Range<Int>) throws {
    let factors = try storages.rows(rows, of: second)
    let firstValues = try storages.all(of: first)
    let width = first.shape[1]
    var sums = [Double](repeating: 0, count: width)
    for row in 0..<rows.count {
      let rowFactors = factors[row * rank..<(row + 1) * rank]
      // B is zero in layers that were not fine-tuned.
      guard rowFactors.contains(where: { $0 != 0 }) else { continue }
      for column in 0..<width { sums[column] = 0 }
      for (index, factor) in rowFactors.enumerated() {
        let factor = Double(factor)
        for column in 0..<width { sums[column] += factor * Double(firstValues[index * width + column]) }
      }
      for column in 0..<width {
        let index = row * width + column
        weights[index] = Float(Double(weights[index]) + scale * sums[column])
      }
    }
  }
}

/// Number of embeddings, sum of their differences from an origin, and sum of the outer products of these differences.
/// These moments define a Gaussian and add up over clips.
struct EmbeddingMoments: Sendable {
  /// Point near the mean, about which all moments are taken; moments about 0 would lose the precision of the
  /// covariance.
  let origin: [Double]
  private(set) var count = 0.0
  private(set) var sum: [Double]
  private(set) var products: SymmetricMatrix

  init(origin: [Double]) {
    self.origin = origin
    sum = [Double](repeating: 0, count: origin.count)
    products = SymmetricMatrix(zeroOfOrder: origin.count)
  }

  /// Number of rows that are centred at once, which bounds the memory.
  private static let chunkRowCount = 4_096

  /// Adds embeddings `[row, column]`, one embedding per row.
  mutating func add(_ values: [Float]) {
    let dimension = origin.count
    for start in stride(from: 0, to: values.count, by: Self.chunkRowCount * dimension) {
      let end = min(values.count, start + Self.chunkRowCount * dimension)
      var centred: [Double] = []
      centred.reserveCapacity(end - start)
      for row in stride(from: start, to: end, by: dimension) {
        for column in 0..<dimension {
          let value = Double(values[row + column]) - origin[column]
          sum[column] += value
          centred.append(value)
        }
      }
      products.addGram(of: centred)
      count += Double((end - start) / dimension)
    }
  }

  /// Adds up the moments of all groups of embeddings, each multiplied by the weight with the same index.
  ///
  /// - Precondition: there is at least one group, and all groups have the same origin.
  static func sum(_ groups: [EmbeddingMoments], weights: [Double]) -> EmbeddingMoments {
    var total = EmbeddingMoments(origin: groups[0].origin)
    for (group, weight) in zip(groups, weights) where weight != 0 {
      total.count += weight * group.count
      for column in total.sum.indices { total.sum[column] += weight * group.sum[column] }
      total.products.add(group.products, times: weight)
    }
    return total
  }
}

/// Mean and sample covariance of a set of embeddings.
public struct GaussianStatistics: Equatable, Sendable {
  public let embeddingCount: Int
  public let mean: [Double]
  let covariance: SymmetricMatrix

  public var dimension: Int { mean.count }

  /// Covariance divides by n − 1. Fewer embeddings than dimensions are legal: the covariance then lacks rank.
  ///
  /// - Throws: `EvaluationError` for fewer than two embeddings, unequal or zero widths, or values that are not finite.
  public init(embeddings: [[Float]]) throws(EvaluationError) {
    guard embeddings.count >= 2 else { throw .tooFewEmbeddings(found: embeddings.count, minimum: 2) }
    let dimension = embeddings[0].count
    guard dimension > 0 else { throw .embeddingWidthsDiffer(found: 0, expected: 1, row: 0) }
    for (row, embedding) in embeddings.enumerated() {
      guard embedding.count == dimension else {
        throw .embeddingWidthsDiffer(found: embedding.count, expected: dimension, row: row)
      }
      guard embedding.allSatisfy(\.isFinite) else { throw .embeddingNotFinite(row: row) }
    }
    var mean = [Double](repeating: 0, count: dimension)
    for embedding in embeddings {
      for column in 0..<dimension { mean[column] += Double(embedding[column]) }
    }
    for column in 0..<dimension { mean[column] /= Double(embeddings.count) }
    var centred: [Double] = []
    centred.reserveCapacity(embeddings.count * dimension)
    for embedding in embeddings {
      for column in 0..<dimension { centred.append(Double(embedding[column]) - mean[column]) }
    }
    embeddingCount = embeddings.count
    self.mean = mean
    covariance = SymmetricMatrix(gramOf: centred, order: dimension, scale: 1 / Double(embeddings.count - 1))
  }
}

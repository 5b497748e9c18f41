/// Mean and sample covariance of a set of embeddings.
public struct GaussianStatistics: Equatable, Sendable {
  /// Number of embeddings.
  public let embeddingCount: Int
  /// Mean of the embeddings.
  public let mean: [Double]
  let covariance: SymmetricMatrix

  /// Number of values of one embedding.
  public var dimension: Int { mean.count }

  /// Computes mean and covariance of embeddings. The covariance divides by n − 1 and lacks full rank for fewer
  /// embeddings than dimensions.
  ///
  /// - Throws: `EvaluationError` for fewer than two embeddings, embeddings of unequal length or with none or more than
  ///   4 096 values, or values that are not finite.
  public init(embeddings: [[Float]]) throws(EvaluationError) {
    guard embeddings.count >= 2 else { throw .tooFewEmbeddings(found: embeddings.count, minimum: 2) }
    let dimension = embeddings[0].count
    guard dimension > 0 else { throw .embeddingWidthsDiffer(found: 0, expected: 1, row: 0) }
    for (row, embedding) in embeddings.enumerated() where embedding.count != dimension {
      throw .embeddingWidthsDiffer(found: embedding.count, expected: dimension, row: row)
    }
    let clip = EmbeddingSet.Clip(name: "", values: embeddings.flatMap { $0 })
    self = try EmbeddingSet(embedding: "", dimension: dimension, clips: [clip]).statistics().gaussian
  }

  /// Creates the statistics from moments.
  ///
  /// - Throws: `EvaluationError.tooFewEmbeddings` for fewer than two embeddings.
  init(_ moments: EmbeddingMoments) throws(EvaluationError) {
    let count = moments.count
    guard count >= 2 else { throw .tooFewEmbeddings(found: Int(count), minimum: 2) }
    embeddingCount = Int(count)
    mean = zip(moments.origin, moments.sum).map { $0 + $1 / count }
    covariance = moments.products.covariance(sum: moments.sum, count: count)
  }

  /// Creates the statistics from values that a file holds.
  init(embeddingCount: Int, mean: [Double], covariance: SymmetricMatrix) {
    (self.embeddingCount, self.mean, self.covariance) = (embeddingCount, mean, covariance)
  }
}

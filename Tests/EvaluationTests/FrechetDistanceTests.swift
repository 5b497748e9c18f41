import Evaluation
import Foundation
import Testing

@Suite struct FrechetDistanceTests {
  private let reference = MetricsReference()

  @Test func agreesWithThePublishedCode() throws {
    let a = try GaussianStatistics(embeddings: try reference.rows("embeddings_a"))
    let b = try GaussianStatistics(embeddings: try reference.rows("embeddings_b"))
    let expected = try #require(try reference.expected("distance", of: "frechet"))
    #expect(abs(try FrechetDistance.squared(a, b) - expected) < 1e-3 * expected)
    #expect(abs(try FrechetDistance.squared(b, a) - expected) < 1e-3 * expected)
  }

  @Test func agreesWithThePublishedCodeWithoutFullRank() throws {
    let rowCount = try #require(try reference.expected("rows_of_a", of: "frechet_rank_deficient"))
    let a = try GaussianStatistics(embeddings: Array(try reference.rows("embeddings_a").prefix(Int(rowCount))))
    #expect(a.embeddingCount < a.dimension)
    let b = try GaussianStatistics(embeddings: try reference.rows("embeddings_b"))
    let expected = try #require(try reference.expected("distance", of: "frechet_rank_deficient"))
    #expect(abs(try FrechetDistance.squared(a, b) - expected) < 1e-3 * expected)
    #expect(abs(try FrechetDistance.squared(b, a) - expected) < 1e-3 * expected)
  }

  /// In one dimension the distance is (μ₁ − μ₂)² + (σ₁ − σ₂)².
  @Test func agreesWithTheClosedFormInOneDimension() throws {
    let a = try GaussianStatistics(embeddings: [[-1], [1]])
    let b = try GaussianStatistics(embeddings: [[2], [8]])
    let expected = 25 + pow(2.0.squareRoot() - 18.0.squareRoot(), 2)
    #expect(abs(try FrechetDistance.squared(a, b) - expected) < 1e-12)
  }

  @Test func aSetIsAtDistanceZeroFromItself() throws {
    let a = try GaussianStatistics(embeddings: try reference.rows("embeddings_a"))
    #expect(try FrechetDistance.squared(a, a) < 1e-6)
    let constant = try GaussianStatistics(embeddings: [[1, 2], [1, 2], [1, 2]])
    #expect(try FrechetDistance.squared(constant, constant) == 0)
  }

  @Test func refusesMalformedEmbeddings() throws {
    #expect(throws: EvaluationError.tooFewEmbeddings(found: 1, minimum: 2)) {
      try GaussianStatistics(embeddings: [[1, 2]])
    }
    #expect(throws: EvaluationError.embeddingWidthsDiffer(found: 1, expected: 2, row: 1)) {
      try GaussianStatistics(embeddings: [[1, 2], [1]])
    }
    #expect(throws: EvaluationError.embeddingWidthsDiffer(found: 0, expected: 1, row: 0)) {
      try GaussianStatistics(embeddings: [[], []])
    }
    #expect(throws: EvaluationError.embeddingNotFinite(row: 1)) {
      try GaussianStatistics(embeddings: [[1], [.nan]])
    }
    let a = try GaussianStatistics(embeddings: [[1], [2]])
    let b = try GaussianStatistics(embeddings: [[1, 2], [2, 2]])
    #expect(throws: EvaluationError.embeddingWidthsDiffer(found: 2, expected: 1, row: 0)) {
      try FrechetDistance.squared(a, b)
    }
  }
}

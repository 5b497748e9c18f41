/// Fréchet distance between two Gaussians (Dowson and Landau 1982), squared like the Fréchet audio distance (FAD).
public enum FrechetDistance {
  /// Share of |μ₁ − μ₂|² + tr Σ₁ + tr Σ₂, from the means μ and covariances Σ, up to which a squared distance counts as
  /// 0: the rounding error of equal sets, which differs from run to run.
  private static let roundingShare = 1e-8

  /// Computes the squared distance |μ₁ − μ₂|² + tr Σ₁ + tr Σ₂ − 2 tr (Σ₁Σ₂)^½ from the means μ and covariances Σ; never
  /// below 0.
  ///
  /// The trace of (Σ₁Σ₂)^½ is the sum of the square roots of the eigenvalues of F Σ₂ Fᵀ, with Σ₁ = Fᵀ F. This matrix is
  /// symmetric and, but for rounding, positive semidefinite. Covariances without full rank therefore need no
  /// regularisation.
  ///
  /// - Throws: `EvaluationError.embeddingWidthsDiffer` where the dimensions differ, `.eigenvaluesNotFound` from LAPACK.
  /// - Complexity: O(dimension³).
  public static func squared(
    _ first: GaussianStatistics, _ second: GaussianStatistics
  ) throws(EvaluationError) -> Double {
    guard first.dimension == second.dimension else {
      throw .embeddingWidthsDiffer(found: second.dimension, expected: first.dimension, row: 0)
    }
    let meanTerm = zip(first.mean, second.mean).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let eigenvalues = try second.covariance.congruent(by: first.covariance.factor()).eigenvalues()
    let rootTrace = eigenvalues.reduce(0.0) { $0 + max(0, $1).squareRoot() }
    let total = meanTerm + first.covariance.trace + second.covariance.trace
    let distance = total - 2 * rootTrace
    return distance > total * roundingShare ? distance : 0
  }
}

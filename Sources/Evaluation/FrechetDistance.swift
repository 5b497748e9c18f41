/// Fréchet distance between two Gaussians (Dowson and Landau 1982), the form in which FAD is reported.
public enum FrechetDistance {
  /// What is left of equal sets is rounding, which differs from run to run: a share of the variance below this counts as
  /// nothing.
  private static let roundingShare = 1e-8

  /// The squared distance, |μ₁ − μ₂|² + tr Σ₁ + tr Σ₂ − 2 tr (Σ₁Σ₂)^½; never below 0.
  ///
  /// (Σ₁Σ₂)^½ is not formed: its trace is the sum of the roots of the eigenvalues of F Σ₂ Fᵀ with Σ₁ = Fᵀ F, which is
  /// symmetric and has no negative eigenvalues but by rounding. So covariances without full rank need no regularising.
  ///
  /// - Throws: `EvaluationError.embeddingWidthsDiffer` when the dimensions differ, `.eigenvaluesNotFound` from LAPACK.
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

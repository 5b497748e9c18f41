import CLAPACK
import COpenBLAS

/// Real symmetric matrix in double precision, `[row, column]` row by row.
///
/// The matrix has the arithmetic that the Fréchet distance needs, computed by OpenBLAS and its LAPACK.
struct SymmetricMatrix: Equatable, Sendable {
  let order: Int
  var values: [Double]

  init(zeroOfOrder order: Int) {
    self.order = order
    values = [Double](repeating: 0, count: order * order)
  }

  /// Creates a matrix from its values.
  ///
  /// - Precondition: `values` holds `order` · `order` numbers that are symmetric.
  init(order: Int, values: [Double]) {
    precondition(values.count == order * order, "values do not match the order")
    (self.order, self.values) = (order, values)
  }

  /// Adds the outer product of each row of `rows` with itself; `rows` is `[row, column]`.
  ///
  /// - Precondition: `rows.count` is a multiple of `order`; `rows.count` and `order` fit C's `int`.
  mutating func addGram(of rows: [Double]) {
    precondition(rows.count % order == 0 && rows.count <= Int(Int32.max), "rows do not match the order")
    guard !rows.isEmpty else { return }
    let n = Int32(order)
    cblas_dgemm(
      CblasRowMajor, CblasTrans, CblasNoTrans, n, n, Int32(rows.count / order), 1, rows, n, rows, n, 1, &values, n)
  }

  mutating func add(_ other: SymmetricMatrix, times factor: Double) {
    precondition(other.order == order, "matrices of different orders")
    cblas_daxpy(Int32(values.count), factor, other.values, 1, &values, 1)
  }

  /// Returns the sample covariance of `count` rows. The outer products of the rows add up to this matrix, the rows
  /// themselves to `sum`.
  func covariance(sum: [Double], count: Double) -> SymmetricMatrix {
    var result = self
    for row in 0..<order {
      for column in 0..<order {
        let index = row * order + column
        result.values[index] = (values[index] - sum[row] * sum[column] / count) / (count - 1)
      }
    }
    return result
  }

  var trace: Double { (0..<order).reduce(0) { $0 + values[$1 * order + $1] } }

  /// Computes a factor F, `[row, column]`, with Fᵀ · F = this matrix. Apart from rounding, the matrix must be positive
  /// semidefinite.
  ///
  /// A positive definite matrix gets its Cholesky factor, which takes a thirtieth of the time of the eigenvectors. Any
  /// other matrix gets Λ^½ Vᵀ from its eigenvalues Λ and eigenvectors V.
  ///
  /// - Throws: `EvaluationError.eigenvaluesNotFound` where the iteration does not converge.
  func factor() throws(EvaluationError) -> [Double] {
    var upper = values
    var n = Int32(order)
    var info: Int32 = 0
    // LAPACK stores by columns: its lower triangle is the upper triangle here.
    dpotrf_("L", &n, &upper, &n, &info, 1)
    if info == 0 {
      for row in 1..<max(1, order) {
        for column in 0..<row { upper[row * order + column] = 0 }
      }
      return upper
    }
    var (eigenvalues, vectors) = try eigen()
    for row in 0..<order {
      let root = max(0, eigenvalues[row]).squareRoot()
      for column in 0..<order { vectors[row * order + column] *= root }
    }
    return vectors
  }

  /// Computes the eigenvalues in ascending order and the eigenvectors that belong to them, one per row.
  ///
  /// - Throws: `EvaluationError.eigenvaluesNotFound` where the iteration does not converge.
  func eigen() throws(EvaluationError) -> (values: [Double], vectors: [Double]) { try eigen(withVectors: true) }

  /// Computes the eigenvalues in ascending order.
  ///
  /// - Throws: `EvaluationError.eigenvaluesNotFound` where the iteration does not converge.
  func eigenvalues() throws(EvaluationError) -> [Double] { try eigen(withVectors: false).values }

  private func eigen(withVectors: Bool) throws(EvaluationError) -> (values: [Double], vectors: [Double]) {
    // LAPACK stores by columns: its columns are the rows here, and a symmetric matrix equals its transpose.
    var vectors = values
    var eigenvalues = [Double](repeating: 0, count: order)
    // Sizes of the work space with eigenvectors, from the documentation of the routine; eigenvalues alone need less.
    var work = [Double](repeating: 0, count: 1 + 6 * order + 2 * order * order)
    var integerWork = [Int32](repeating: 0, count: 3 + 5 * order)
    var n = Int32(order)
    var workCount = Int32(work.count)
    var integerWorkCount = Int32(integerWork.count)
    var info: Int32 = 0
    dsyevd_(
      withVectors ? "V" : "N", "U", &n, &vectors, &n, &eigenvalues, &work, &workCount, &integerWork, &integerWorkCount,
      &info, 1, 1)
    guard info == 0 else { throw .eigenvaluesNotFound(lapackInfo: Int(info)) }
    return (eigenvalues, vectors)
  }

  /// Computes `factor · self · factorᵀ`; `factor` is a square matrix `[row, column]` of the same order.
  func congruent(by factor: [Double]) -> SymmetricMatrix {
    let n = Int32(order)
    var product = [Double](repeating: 0, count: order * order)
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, factor, n, values, n, 0, &product, n)
    var result = self
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, n, n, 1, product, n, factor, n, 0, &result.values, n)
    return result
  }
}

import CLAPACK
import COpenBLAS

/// A real symmetric matrix in double precision, `[row, column]` row by row.
///
/// The arithmetic that the Fréchet distance needs, done by OpenBLAS and the LAPACK within it.
struct SymmetricMatrix: Equatable, Sendable {
  let order: Int
  var values: [Double]

  init(zeroOfOrder order: Int) {
    self.order = order
    values = [Double](repeating: 0, count: order * order)
  }

  /// - Precondition: `values` is `order` · `order` numbers that are symmetric.
  init(order: Int, values: [Double]) {
    precondition(values.count == order * order, "values do not match the order")
    (self.order, self.values) = (order, values)
  }

  /// Adds each row's outer product with itself, over the rows of `rows`, `[row, column]`.
  ///
  /// - Precondition: `rows.count` is a multiple of `order`, and both fit C's `int`.
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

  /// The sample covariance of `count` rows whose outer products add up to this matrix, and which add up to `sum`.
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

  /// A factor F, `[row, column]`, with Fᵀ · F = this matrix, which has no negative eigenvalues but by rounding.
  ///
  /// Cholesky's where the matrix is positive definite, which costs a thirtieth of the eigenvectors; else Λ^½ Vᵀ.
  func factor() throws(EvaluationError) -> [Double] {
    var upper = values
    var n = Int32(order)
    var info: Int32 = 0
    // By columns, LAPACK's lower triangle is our upper one.
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

  /// Eigenvalues, ascending, and the eigenvectors that belong to them, one per row.
  ///
  /// - Throws: `EvaluationError.eigenvaluesNotFound` when the iteration does not converge.
  func eigen() throws(EvaluationError) -> (values: [Double], vectors: [Double]) { try eigen(withVectors: true) }

  /// - Throws: as `eigen`.
  func eigenvalues() throws(EvaluationError) -> [Double] { try eigen(withVectors: false).values }

  private func eigen(withVectors: Bool) throws(EvaluationError) -> (values: [Double], vectors: [Double]) {
    // LAPACK stores by columns: its columns are our rows, and a symmetric matrix is its own transpose.
    var vectors = values
    var eigenvalues = [Double](repeating: 0, count: order)
    // Sizes of the work space from the routine's documentation, for vectors; values alone need less.
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

  /// `factor · self · factorᵀ`, with `factor` `[row, column]` of the same order.
  func congruent(by factor: [Double]) -> SymmetricMatrix {
    let n = Int32(order)
    var product = [Double](repeating: 0, count: order * order)
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, factor, n, values, n, 0, &product, n)
    var result = self
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, n, n, 1, product, n, factor, n, 0, &result.values, n)
    return result
  }
}

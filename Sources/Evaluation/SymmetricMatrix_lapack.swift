import CLAPACK
import COpenBLAS

/// A real symmetric matrix in double precision, `[row, column]` row by row.
///
/// The arithmetic that the Fréchet distance needs, done by OpenBLAS and the LAPACK within it.
struct SymmetricMatrix: Equatable, Sendable {
  let order: Int
  var values: [Double]

  /// The sum over the rows of `rows`, `[row, column]`, of each row's outer product with itself, times `scale`.
  ///
  /// - Precondition: `rows.count` is a multiple of `order`, and both fit C's `int`.
  init(gramOf rows: [Double], order: Int, scale: Double) {
    precondition(order > 0 && rows.count % order == 0 && rows.count <= Int(Int32.max), "rows do not match the order")
    self.order = order
    values = [Double](repeating: 0, count: order * order)
    cblas_dgemm(
      CblasRowMajor, CblasTrans, CblasNoTrans, Int32(order), Int32(order), Int32(rows.count / order), scale, rows,
      Int32(order), rows, Int32(order), 0, &values, Int32(order))
  }

  var trace: Double { (0..<order).reduce(0) { $0 + values[$1 * order + $1] } }

  /// Eigenvalues, ascending, and the eigenvectors that belong to them, one per row.
  ///
  /// - Throws: `EvaluationError.eigenvaluesNotFound` when the iteration does not converge.
  func eigen() throws(EvaluationError) -> (values: [Double], vectors: [Double]) {
    // LAPACK stores by columns: its columns are our rows, and a symmetric matrix is its own transpose.
    var vectors = values
    var eigenvalues = [Double](repeating: 0, count: order)
    // Sizes of the work space from the routine's documentation, for both values and vectors.
    var work = [Double](repeating: 0, count: 1 + 6 * order + 2 * order * order)
    var integerWork = [Int32](repeating: 0, count: 3 + 5 * order)
    var n = Int32(order)
    var workCount = Int32(work.count)
    var integerWorkCount = Int32(integerWork.count)
    var info: Int32 = 0
    dsyevd_(
      "V", "U", &n, &vectors, &n, &eigenvalues, &work, &workCount, &integerWork, &integerWorkCount, &info, 1, 1)
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

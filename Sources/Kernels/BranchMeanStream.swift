/// Mean of the outputs of several layers, the branches, on the same input. Each branch keeps the number of rows.
public final class BranchMeanStream: LayerStream {
  /// Input rows that no branch has received yet.
  public let input: FloatRows
  private let branches: [any LayerStream]
  private let results: [FloatRows]

  /// Layer that averages the outputs of `branches`.
  ///
  /// - Precondition: there is at least one branch, and all branches take and give `channelCount` channels and keep the
  ///   number of rows.
  public init(_ branches: [any LayerStream], channelCount: Int) {
    self.branches = branches
    input = FloatRows(channelCount: channelCount)
    results = branches.map { _ in FloatRows(channelCount: channelCount) }
  }

  /// Appends all means that the input determines to `output`; see ``LayerStream/advance(into:isFinal:context:)``.
  public func advance(into output: FloatRows, isFinal: Bool, context: ComputeContext) {
    for (branch, result) in zip(branches, results) {
      branch.input.append(input)
      branch.advance(into: result, isFinal: isFinal, context: context)
    }
    input.removeAll()
    // A branch with less look-ahead has given more rows; its further rows stay in `result`.
    let rows = results.map(\.count).min() ?? 0
    output.appendSum(of: results, rows: rows, scale: 1 / Float(results.count))
    for result in results { result.removeFirst(rows) }
  }
}

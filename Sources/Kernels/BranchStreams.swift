/// Skip connection: x + f(x), where layer f keeps the number of rows.
public final class SkipConnectionStream: LayerStream {
  /// Rows not processed yet.
  public let input: FloatRows
  private let body: any LayerStream
  private let pending: FloatRows
  private let result: FloatRows

  /// Skip connection around `body`.
  ///
  /// - Precondition: `body` takes and gives `channelCount` channels and keeps the number of rows.
  public init(around body: any LayerStream, channelCount: Int) {
    self.body = body
    input = FloatRows(channelCount: channelCount)
    pending = FloatRows(channelCount: channelCount)
    result = FloatRows(channelCount: channelCount)
  }

  /// Appends all sums that the input determines to `output`; see ``LayerStream/advance(into:isFinal:context:)``.
  public func advance(into output: FloatRows, isFinal: Bool, context: ComputeContext) {
    pending.append(input)
    body.input.append(input)
    input.removeAll()
    body.advance(into: result, isFinal: isFinal, context: context)
    output.appendSum(of: [pending, result], rows: result.count, scale: 1)
    pending.removeFirst(result.count)
    result.removeAll()
  }
}

/// Mean of the results of several layers on the same input; each layer keeps the number of rows.
public final class BranchMeanStream: LayerStream {
  /// Rows not processed yet.
  public let input: FloatRows
  private let branches: [any LayerStream]
  private let results: [FloatRows]

  /// Mean over `branches`.
  ///
  /// - Precondition: there is a branch, and all branches take and give `channelCount` channels.
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
    // Branches look ahead by different lengths.
    let rows = results.map(\.count).min() ?? 0
    output.appendSum(of: results, rows: rows, scale: 1 / Float(results.count))
    for result in results { result.removeFirst(rows) }
  }
}

internal import CKernels

/// Operations on rows `[T, C]`, each row by itself.
extension FloatRows {
  /// Applies RMSNorm without bias: weight · x / √(mean(x²) + ε) (arXiv 1910.07467).
  ///
  /// - Parameters:
  ///   - output: Queue that receives `[T, C]`; its old rows are removed.
  ///   - weight: One value per channel.
  ///   - epsilon: The ε of the formula, more than 0.
  ///   - context: Threads and instruction set of the computation.
  public func rmsNormalise(into output: FloatRows, weight: [Float], epsilon: Float, context: ComputeContext) {
    precondition(weight.count == channelCount && output.channelCount == channelCount, "norm does not fit")
    output.removeAll()
    let target = output.appendUninitialised(count)
    context.kernels.rmsNorm(target, pointer, weight, epsilon, count, channelCount)
  }

  /// Applies a gated GELU: the first half of the channels times the GELU (tanh form) of the second half.
  ///
  /// - Parameters:
  ///   - output: Queue that receives `[T, C / 2]`; its old rows are removed.
  ///   - context: Threads and instruction set of the computation.
  public func gateWithGELU(into output: FloatRows, context: ComputeContext) {
    precondition(output.channelCount * 2 == channelCount, "gate does not fit")
    output.removeAll()
    let target = output.appendUninitialised(count)
    let source = pointer
    let half = output.channelCount
    let blocks = RowBlocks(rows: count, channels: channelCount, threadCount: context.threadCount)
    context.parallel(blocks.count) { block, _ in
      let range = blocks[block]
      context.kernels.gatedGELU(
        target + range.lowerBound * half, source + range.lowerBound * 2 * half, range.count, half)
    }
  }

  /// Copies the rows with the given indices, in the given order.
  ///
  /// - Parameters:
  ///   - rows: Indices of the rows.
  ///   - output: Queue that receives the copies; its old rows are removed.
  /// - Precondition: all indices are in `0..<count`.
  public func gather(_ rows: [Int], into output: FloatRows) {
    precondition(output.channelCount == channelCount, "gathered rows do not fit")
    output.removeAll()
    let target = output.appendUninitialised(rows.count)
    for (index, row) in rows.enumerated() {
      precondition(row >= 0 && row < count, "no such row")
      (target + index * channelCount).update(from: pointer + row * channelCount, count: channelCount)
    }
  }

  /// Appends a copy of all rows of `other`.
  public func append(_ other: FloatRows) {
    append(other, rows: other.count)
  }

  /// Appends a copy of the first `rows` rows of `other`.
  public func append(_ other: FloatRows, rows: Int) {
    precondition(
      other.channelCount == channelCount && other !== self && rows <= other.count, "appended rows do not fit")
    appendUninitialised(rows).update(from: other.pointer, count: rows * channelCount)
  }

  /// Appends `rows` rows, each `scale` times the sum of the rows with the same index in all `terms`.
  public func appendSum(of terms: [FloatRows], rows: Int, scale: Float) {
    precondition(terms.allSatisfy { $0.channelCount == channelCount && $0.count >= rows }, "terms do not fit")
    let target = appendUninitialised(rows)
    let length = rows * channelCount
    target.update(repeating: 0, count: length)
    for term in terms {
      let source = term.pointer
      for index in 0..<length { target[index] += source[index] }
    }
    if scale != 1 {
      for index in 0..<length { target[index] *= scale }
    }
  }

  /// Appends the difference `minuend` − `subtrahend`, row by row.
  ///
  /// - Precondition: both operands have the same shape.
  public func appendDifference(_ minuend: FloatRows, _ subtrahend: FloatRows) {
    precondition(
      minuend.channelCount == channelCount && subtrahend.channelCount == channelCount
        && minuend.count == subtrahend.count, "difference does not fit")
    let (first, second) = (minuend.pointer, subtrahend.pointer)
    let target = appendUninitialised(minuend.count)
    for index in 0..<minuend.count * channelCount { target[index] = first[index] - second[index] }
  }

  /// Replaces every negative value by 0.
  public func rectify() {
    let values = pointer
    for index in 0..<count * channelCount { values[index] = max(0, values[index]) }
  }
}

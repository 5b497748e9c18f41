internal import CKernels

/// Operations on each row of `[T, C]` by itself.
extension FloatRows {
  /// RMSNorm: weight · x / √(mean(x²) + ε), no bias (arXiv 1910.07467).
  public func rmsNormalise(into output: FloatRows, weight: [Float], epsilon: Float, context: ComputeContext) {
    precondition(weight.count == channelCount && output.channelCount == channelCount, "norm does not fit")
    output.removeAll()
    let target = output.appendUninitialised(count)
    context.kernels.rmsNorm(target, pointer, weight, epsilon, count, channelCount)
  }

  /// Gated GELU: the first half of the channels times the GELU (tanh form) of the second.
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

  /// Copies the rows with the given indices, in that order.
  public func gather(_ rows: [Int], into output: FloatRows) {
    precondition(output.channelCount == channelCount, "gathered rows do not fit")
    output.removeAll()
    let target = output.appendUninitialised(rows.count)
    for (index, row) in rows.enumerated() {
      precondition(row >= 0 && row < count, "no such row")
      (target + index * channelCount).update(from: pointer + row * channelCount, count: channelCount)
    }
  }

  /// Adds `other`, value by value.
  public func add(_ other: FloatRows, scale: Float = 1) {
    precondition(other.channelCount == channelCount && other.count == count, "sums differ in shape")
    let target = pointer
    let source = other.pointer
    for index in 0..<count * channelCount { target[index] += source[index] * scale }
  }
}

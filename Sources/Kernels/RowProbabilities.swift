internal import CKernels

/// Operations on rows `[T, V]` of logits or probabilities: softmax, given as exponentials and their sum, and the choice
/// of an entry.
extension FloatRows {
  /// Replaces each row x by exp(scale · (x − max x)) and returns the sum of each new row.
  public func exponentiateRows(scale: Float, context: ComputeContext) -> [Float] {
    let source = pointer
    let columns = channelCount
    var sums = [Float](repeating: 0, count: count)
    let blocks = RowBlocks(rows: count, channels: columns, threadCount: context.threadCount)
    sums.withUnsafeMutableBufferPointer { sums in
      nonisolated(unsafe) let sums = sums
      context.parallel(blocks.count) { block, _ in
        for row in blocks[block] {
          var maximum: Float = 0
          let values = source + row * columns
          sums[row] = context.kernels.exponentials(values, values, scale, columns, &maximum)
        }
      }
    }
    return sums
  }

  /// Index of the greatest value of each row; the first index if several values are equal.
  public func indicesOfGreatest(context: ComputeContext) -> [Int] {
    let source = pointer
    let columns = channelCount
    var indices = [Int](repeating: 0, count: count)
    let blocks = RowBlocks(rows: count, channels: columns, threadCount: context.threadCount)
    indices.withUnsafeMutableBufferPointer { indices in
      nonisolated(unsafe) let indices = indices
      context.parallel(blocks.count) { block, _ in
        for row in blocks[block] { indices[row] = context.kernels.indexOfGreatest(source + row * columns, columns) }
      }
    }
    return indices
  }

  /// First index in row `row` at which the running sum of the values exceeds `threshold`. If the sum never exceeds
  /// `threshold`, last index with a value above 0; 0 if there is no such value.
  ///
  /// A random `threshold`, uniform from 0 to the sum of the row, draws each index with a probability proportional to
  /// the value at the index. Values of 0 or less are skipped.
  public func indexWhereRunningSum(ofRow row: Int, exceeds threshold: Float) -> Int {
    let values = pointer + row * channelCount
    var sum: Float = 0
    var last = 0
    for index in 0..<channelCount where values[index] > 0 {
      sum += values[index]
      last = index
      if sum > threshold { break }
    }
    return last
  }

  /// Value of channel `channel` in row `row`.
  public subscript(row: Int, channel: Int) -> Float {
    get {
      precondition(row < count && channel < channelCount, "outside the rows")
      return pointer[row * channelCount + channel]
    }
    set {
      precondition(row < count && channel < channelCount, "outside the rows")
      pointer[row * channelCount + channel] = newValue
    }
  }

  /// Copy of the values of row `row`, one for each channel.
  public func row(_ row: Int) -> [Float] {
    precondition(row < count, "no such row")
    return Array(UnsafeBufferPointer(start: pointer + row * channelCount, count: channelCount))
  }
}

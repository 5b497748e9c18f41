internal import CKernels

/// Limits on the entries of a row of logits from which a token may be drawn. The defaults set no limit.
public struct RowLimits: Sendable {
  /// Factor by which logits are multiplied to compute the probabilities that the limits bound, more than 0: the inverse
  /// of a temperature. The stored logits are not multiplied.
  public var scale: Float = 1
  /// Top-p: total probability of the likeliest entries that stay, less than 1; nil sets no limit.
  public var nucleusMass: Double?
  /// Typical mass: total probability of the most typical entries that stay, less than 1; nil sets no limit. The
  /// information content of a typical entry is near the entropy of the row.
  public var typicalMass: Double?
  /// Least number of the most typical entries that stay under ``typicalMass``.
  public var typicalMinimumCount = 0
  /// Top-k: number of the likeliest entries that stay; nil sets no limit.
  public var likeliestCount: Int?

  /// Limits that let all entries stay.
  public init() {}
}

extension FloatRows {
  /// Sets all entries of each row of logits that are outside `limits` to −∞; at least one entry stays.
  ///
  /// - Parameters:
  ///   - limits: Limits of every row.
  ///   - context: Threads and instruction set of the computation.
  /// - Returns: Indices of the rows that are unchanged because rounding to single precision could decide which entries
  ///   stay, counted from 0 and in ascending order: about one row in a hundred. The caller restricts these rows in
  ///   double precision.
  public func restrictRows(to limits: RowLimits, context: ComputeContext) -> [Int] {
    let source = pointer
    let columns = channelCount
    var kernelLimits = CKLimits(
      scale: limits.scale, nucleusMass: limits.nucleusMass ?? 0, typicalMass: limits.typicalMass ?? 0,
      typicalMinimumCount: limits.typicalMinimumCount, likeliestCount: limits.likeliestCount ?? 0)
    var isDecided = [Bool](repeating: false, count: count)
    let blocks = RowBlocks(rows: count, channels: columns, threadCount: context.threadCount)
    isDecided.withUnsafeMutableBufferPointer { flags in
      nonisolated(unsafe) let flags = flags
      withUnsafePointer(to: &kernelLimits) { limits in
        nonisolated(unsafe) let limits = limits
        context.parallel(blocks.count) { block, scratch in
          let memory = scratch.floats(inSlot: 0, count: 4 * columns)
          for row in blocks[block] {
            flags[row] = context.kernels.restrictRow(source + row * columns, columns, limits, memory)
          }
        }
      }
    }
    return isDecided.indices.filter { !isDecided[$0] }
  }
}

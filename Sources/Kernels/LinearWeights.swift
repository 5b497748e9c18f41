internal import CKernels
import Foundation

/// A matrix of weights `[depth, columns]` packed for the convolution kernel, with its bias.
///
/// Serves linear layers and convolutions alike: a convolution of K taps over C channels has depth K · C, tap by tap.
public final class LinearWeights: @unchecked Sendable {  // Immutable after `init`.
  /// Rows of the matrix: values that one output is computed from.
  public let depth: Int
  /// Outputs.
  public let columnCount: Int
  package let packed: UnsafeMutablePointer<Float>
  package let bias: UnsafeMutablePointer<Float>?

  /// - Parameters:
  ///   - values: the matrix; element (d, n) stands at `d * depthStride + n * columnStride`.
  ///   - bias: one value per column, or nil for none.
  /// - Precondition: every element lies inside `values`.
  public init(
    _ values: [Float], depth: Int, columnCount: Int, depthStride: Int, columnStride: Int, bias: [Float]? = nil,
    context: ComputeContext
  ) {
    precondition(depth > 0 && columnCount > 0, "empty weights")
    precondition(
      (depth - 1) * depthStride + (columnCount - 1) * columnStride < values.count, "weights outside their array")
    precondition(bias == nil || bias?.count == columnCount, "one bias value per column")
    self.depth = depth
    self.columnCount = columnCount
    let memory = allocateFloats(context.kernels.packedCount(depth, columnCount))
    values.withUnsafeBufferPointer {
      context.kernels.pack(memory, $0.baseAddress, depth, columnCount, depthStride, columnStride)
    }
    packed = memory
    if let bias {
      let memory = allocateFloats(columnCount)
      _ = UnsafeMutableBufferPointer(start: memory, count: columnCount).initialize(from: bias)
      self.bias = memory
    } else {
      self.bias = nil
    }
  }

  /// A linear layer whose weights are `[columnCount, depth]`, as PyTorch stores them.
  public convenience init(rowsOfOutputs values: [Float], depth: Int, bias: [Float]? = nil, context: ComputeContext) {
    self.init(
      values, depth: depth, columnCount: values.count / depth, depthStride: 1, columnStride: depth, bias: bias,
      context: context)
  }

  deinit {
    free(packed)
    free(bias)
  }

  /// `output[t] = input[t] · weights + bias (+ residual[t])` for rows `[T, depth]`.
  ///
  /// - Parameter residual: `[T, columnCount]`, or nil; must not be `output`.
  /// - Postcondition: `output` holds `[T, columnCount]`.
  public func apply(
    to input: FloatRows, into output: FloatRows, adding residual: FloatRows? = nil, context: ComputeContext
  ) {
    precondition(input.channelCount == depth && output.channelCount == columnCount, "linear layer does not fit")
    precondition(residual == nil || (residual !== output && residual?.count == input.count), "residual does not fit")
    let rows = input.count
    output.removeAll()
    let target = output.appendUninitialised(rows)
    let source = input.pointer
    let added = residual?.pointer
    let step = RowBlocks(rows: rows, channels: depth, threadCount: context.threadCount)
    context.parallel(step.count) { block, _ in
      let range = step[block]
      var job = CKConvolution()
      job.input = UnsafePointer(source + range.lowerBound * depth)
      job.inputRowStride = depth
      job.tapCount = 1
      job.depth = depth
      job.weights = UnsafePointer(packed)
      job.bias = UnsafePointer(bias)
      job.residual = added.map { UnsafePointer($0 + range.lowerBound * columnCount) }
      job.residualRowStride = columnCount
      job.output = target + range.lowerBound * columnCount
      job.outputRowStride = columnCount
      job.rows = range.count
      job.columns = columnCount
      context.kernels.convolve(&job)
    }
  }
}

/// How rows are cut into blocks for the threads: about as much as the second-level cache holds, and enough blocks for
/// every thread. The kernels' results do not depend on it.
package struct RowBlocks {
  let rows: Int
  let blockRows: Int

  package init(rows: Int, channels: Int, threadCount: Int) {
    self.rows = rows
    let cached = max(96, 32_768 / channels)
    let shared = (rows + threadCount - 1) / threadCount
    // Whole register tiles of 12 (AVX-512) or 6 (AVX2) rows.
    blockRows = max(12, min(cached, (shared + 11) / 12 * 12))
  }

  package var count: Int { (rows + blockRows - 1) / blockRows }

  package subscript(block: Int) -> Range<Int> {
    block * blockRows..<min(rows, (block + 1) * blockRows)
  }
}

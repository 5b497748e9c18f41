internal import CKernels
import Foundation

/// Matrix of weights `[depth, columns]` packed for the convolution kernel, with an optional bias.
///
/// Linear layers and convolutions both use this type. A convolution of K taps over C channels has depth K · C: the C
/// channels of the first tap, then the channels of the second tap, and so on.
public final class LinearWeights: @unchecked Sendable {  // Immutable after `init`.
  /// Number of rows of the matrix: inputs of one output.
  public let depth: Int
  /// Number of columns of the matrix: outputs.
  public let columnCount: Int
  package let packed: UnsafeMutablePointer<Float>
  package let bias: UnsafeMutablePointer<Float>?

  /// Matrix with the given elements.
  ///
  /// - Parameters:
  ///   - values: Elements of the matrix; element (d, n) is at `d * depthStride + n * columnStride`.
  ///   - depth: Number of rows of the matrix: inputs.
  ///   - columnCount: Number of columns of the matrix: outputs.
  ///   - depthStride: Number of elements of `values` from one row to the next.
  ///   - columnStride: Number of elements of `values` from one column to the next.
  ///   - bias: One value per column, or nil for none.
  ///   - context: Context for whose instruction set the matrix is packed.
  /// - Precondition: the matrix is not empty, and all its elements are inside `values`.
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

  /// Weights of a linear layer with `values.count / depth` outputs.
  ///
  /// - Parameters:
  ///   - values: Weights `[columns, depth]`, as PyTorch stores them.
  ///   - depth: Number of inputs.
  ///   - bias: One value per column, or nil for none.
  ///   - context: Context for whose instruction set the matrix is packed.
  public convenience init(rowsOfOutputs values: [Float], depth: Int, bias: [Float]? = nil, context: ComputeContext) {
    self.init(
      values, depth: depth, columnCount: values.count / depth, depthStride: 1, columnStride: depth, bias: bias,
      context: context)
  }

  deinit {
    free(packed)
    free(bias)
  }

  /// Computes `output[t] = input[t] · weights + bias (+ residual[t])` for all rows t.
  ///
  /// - Parameters:
  ///   - input: Rows `[T, depth]`.
  ///   - output: Queue that receives `[T, columnCount]`; its old rows are removed.
  ///   - residual: Rows `[T, columnCount]` to add, or nil; must not be `output`.
  ///   - context: Threads and instruction set of the computation.
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

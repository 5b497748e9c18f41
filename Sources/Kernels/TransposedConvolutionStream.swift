internal import CKernels

/// Weights and shape of a transposed convolution whose kernel size is twice its stride, with a snake before it.
///
/// Each output row depends on two neighbouring input rows. The convolution is therefore a linear layer over pairs of
/// rows: its output `[T, stride · out]` equals `[T · stride, out]` in memory.
public struct TransposedConvolution: Sendable {
  let weights: LinearWeights
  let snake: SnakeActivation
  let inputChannelCount: Int
  /// Number of output channels.
  public let outputChannelCount: Int
  let stride: Int
  let padding: Int

  /// Transposed convolution with the given weights, packed for the instruction set of `context`.
  ///
  /// - Parameters:
  ///   - values: Weights `[in, out, 2 · stride]`, as PyTorch stores them.
  ///   - bias: Bias `[out]`.
  ///   - padding: Number of rows removed from either end of the output, at most `stride`.
  ///   - snake: Activation applied to the input before the convolution.
  /// - Precondition: `values` has `in · out · 2 · stride` elements.
  public init(
    _ values: [Float], bias: [Float], inputChannelCount: Int, stride: Int, padding: Int, after snake: SnakeActivation,
    context: ComputeContext
  ) {
    let outputs = bias.count
    precondition(values.count == inputChannelCount * outputs * 2 * stride, "transposed weights do not fit")
    precondition(padding <= stride, "padding exceeds the stride")
    // Maps input rows (t − 1, t) to outputs (phase, channel): phase j of row t is x[t] · w[j] + x[t − 1] · w[j +
    // stride].
    var ordered = [Float](repeating: 0, count: values.count)
    let columns = stride * outputs
    for input in 0..<inputChannelCount {
      for output in 0..<outputs {
        for phase in 0..<stride {
          let source = (input * outputs + output) * 2 * stride + phase
          let column = phase * outputs + output
          ordered[input * columns + column] = values[source + stride]
          ordered[(inputChannelCount + input) * columns + column] = values[source]
        }
      }
    }
    weights = LinearWeights(
      ordered, depth: 2 * inputChannelCount, columnCount: columns, depthStride: columns, columnStride: 1,
      bias: (0..<columns).map { bias[$0 % outputs] }, context: context)
    self.snake = snake
    self.inputChannelCount = inputChannelCount
    outputChannelCount = outputs
    self.stride = stride
    self.padding = padding
  }
}

/// Transposed convolution of a stream.
public final class TransposedConvolutionStream: LayerStream {
  /// Rows not processed yet, one zero row at either end included.
  public let input: FloatRows
  private let convolution: TransposedConvolution
  /// Number of rows to remove from either end of the output.
  private let padding: Int
  private var hasStarted = false

  /// Transposed convolution of a new stream.
  ///
  /// - Parameter edges: Whether the padding is removed from the output's ends.
  public init(_ convolution: TransposedConvolution, edges: InputEdges = .padded) {
    self.convolution = convolution
    padding = edges == .padded ? convolution.padding : 0
    input = FloatRows(channelCount: convolution.inputChannelCount)
    input.appendZeros(1)
  }

  /// Appends all output rows that the input determines to `output`; see ``LayerStream/advance(into:isFinal:context:)``.
  public func advance(into output: FloatRows, isFinal: Bool, context: ComputeContext) {
    if isFinal { input.appendZeros(1) }
    guard input.count >= 2 else { return }
    let rows = input.count - 1
    let firstNewRow = output.count
    let target = output.appendUninitialised(rows * convolution.stride)
    let channels = convolution.inputChannelCount
    let columns = convolution.weights.columnCount
    let source = input.pointer
    let blocks = RowBlocks(rows: rows, channels: max(channels, columns), threadCount: context.threadCount)
    context.parallel(blocks.count) { block, scratch in
      let range = blocks[block]
      let activated = scratch.floats(0, (range.count + 1) * channels)
      convolution.snake.apply(
        source + range.lowerBound * channels, into: activated, rows: range.count + 1, context: context)
      var job = CKConvolution()
      job.input = UnsafePointer(activated)
      job.inputRowStride = channels
      job.tapCount = 1
      job.depth = convolution.weights.depth
      job.weights = UnsafePointer(convolution.weights.packed)
      job.bias = UnsafePointer(convolution.weights.bias)
      job.output = target + range.lowerBound * columns
      job.outputRowStride = columns
      job.rows = range.count
      job.columns = columns
      context.kernels.convolve(&job)
    }
    input.removeFirst(rows)
    if isFinal { output.removeLast(padding) }
    if !hasStarted {
      output.remove(at: firstNewRow, padding)
      hasStarted = true
    }
  }
}

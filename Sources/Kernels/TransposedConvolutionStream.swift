internal import CKernels

/// A transposed convolution whose kernel is twice its stride, with the snake before it.
///
/// Each output row is made of two neighbouring input rows, so the whole is a linear layer over pairs of rows: the
/// `[T, stride · out]` that it gives is `[T · stride, out]` in memory.
public struct TransposedConvolution: Sendable {
  let weights: LinearWeights
  let snake: SnakeActivation
  let inputChannelCount: Int
  public let outputChannelCount: Int
  let stride: Int
  let padding: Int

  /// - Parameters:
  ///   - values: weights `[in, out, 2 · stride]`, as PyTorch stores them.
  ///   - bias: `[out]`.
  ///   - padding: rows taken off either end of the output, at most `stride`.
  public init(
    _ values: [Float], bias: [Float], inputChannelCount: Int, stride: Int, padding: Int, after snake: SnakeActivation,
    context: ComputeContext
  ) {
    let outputs = bias.count
    precondition(values.count == inputChannelCount * outputs * 2 * stride, "transposed weights do not fit")
    precondition(padding <= stride, "padding exceeds the stride")
    // Input rows (t − 1, t) to outputs (phase, channel): phase j of row t is x[t] · w[j] + x[t − 1] · w[j + stride].
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

/// A transposed convolution at work on a stream.
public final class TransposedConvolutionStream: LayerStream {
  public let input: FloatRows
  private let convolution: TransposedConvolution
  /// Rows to take off either end of the output.
  private let padding: Int
  private var hasStarted = false

  public init(_ convolution: TransposedConvolution, edges: InputEdges = .padded) {
    self.convolution = convolution
    padding = edges == .padded ? convolution.padding : 0
    input = FloatRows(channelCount: convolution.inputChannelCount)
    input.appendZeros(1)
  }

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

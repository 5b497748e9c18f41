internal import CKernels

/// Transposed convolution whose input arrives in chunks.
public final class TransposedConvolutionStream: LayerStream {
  /// Input rows that later output rows depend on, one zero row at either end of the stream included.
  public let input: FloatRows
  private let convolution: TransposedConvolution
  /// Number of rows to remove from either end of the output.
  private let padding: Int
  private var hasStarted = false

  /// Transposed convolution of a new stream.
  ///
  /// - Parameters:
  ///   - convolution: Weights and shape of the convolution.
  ///   - edges: Whether `padding` rows of the convolution are removed from either end of the output: `.padded` removes
  ///     them, `.bare` keeps them.
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
      let activated = scratch.floats(inSlot: 0, count: (range.count + 1) * channels)
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

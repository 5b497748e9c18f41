internal import CKernels

/// A one-dimensional convolution with what stands around it: the snake before it, the tanh after it.
public struct Convolution: Sendable {
  let weights: LinearWeights
  let snake: SnakeActivation?
  let inputChannelCount: Int
  let kernelSize: Int
  let stride: Int
  let dilation: Int
  let padding: Int
  let endsInTanh: Bool

  /// - Parameters:
  ///   - values: weights `[out, in, kernel]`, as PyTorch stores them.
  ///   - bias: `[out]`.
  ///   - padding: zero rows on either side of the input.
  ///   - snake: applied to the input before it is convolved.
  public init(
    _ values: [Float], bias: [Float], inputChannelCount: Int, kernelSize: Int, stride: Int = 1, dilation: Int = 1,
    padding: Int, after snake: SnakeActivation? = nil, endsInTanh: Bool = false, context: ComputeContext
  ) {
    precondition(values.count == bias.count * inputChannelCount * kernelSize, "convolution weights do not fit")
    // [out, in, kernel] to [kernel · in, out].
    let depth = inputChannelCount * kernelSize
    var ordered = [Float](repeating: 0, count: values.count)
    for output in 0..<bias.count {
      for input in 0..<inputChannelCount {
        for tap in 0..<kernelSize {
          ordered[(tap * inputChannelCount + input) * bias.count + output] =
            values[output * depth + input * kernelSize + tap]
        }
      }
    }
    weights = LinearWeights(
      ordered, depth: depth, columnCount: bias.count, depthStride: bias.count, columnStride: 1, bias: bias,
      context: context)
    self.snake = snake
    self.inputChannelCount = inputChannelCount
    self.kernelSize = kernelSize
    self.stride = stride
    self.dilation = dilation
    self.padding = padding
    self.endsInTanh = endsInTanh
  }

  public var outputChannelCount: Int { weights.columnCount }

  /// Input rows that one output row is computed from.
  var extent: Int { (kernelSize - 1) * dilation + 1 }

  /// Convolves `rows` output rows, the snake applied before by the caller.
  func convolve(
    _ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, rows: Int,
    adding residual: UnsafePointer<Float>? = nil, context: ComputeContext
  ) {
    var job = CKConvolution()
    job.input = input
    job.inputRowStride = stride * inputChannelCount
    // Taps side by side in memory are one deep tap.
    job.tapCount = dilation == 1 ? 1 : kernelSize
    job.depth = dilation == 1 ? weights.depth : inputChannelCount
    job.tapStride = dilation * inputChannelCount
    job.weights = UnsafePointer(weights.packed)
    job.bias = UnsafePointer(weights.bias)
    job.residual = residual
    job.residualRowStride = outputChannelCount
    job.output = output
    job.outputRowStride = outputChannelCount
    job.rows = rows
    job.columns = outputChannelCount
    context.kernels.convolve(&job)
  }
}

/// A convolution at work on a stream.
public final class ConvolutionStream: LayerStream {
  public let input: FloatRows
  private let convolution: Convolution
  private let padding: Int

  public init(_ convolution: Convolution, edges: InputEdges = .padded) {
    self.convolution = convolution
    padding = edges == .padded ? convolution.padding : 0
    input = FloatRows(channelCount: convolution.inputChannelCount)
    input.appendZeros(padding)
  }

  public func advance(into output: FloatRows, isFinal: Bool, context: ComputeContext) {
    if isFinal { input.appendZeros(padding) }
    let extent = convolution.extent
    guard input.count >= extent else { return }
    let rows = (input.count - extent) / convolution.stride + 1
    let target = output.appendUninitialised(rows)
    let source = input.pointer
    let channels = convolution.inputChannelCount
    let blocks = RowBlocks(
      rows: rows, channels: max(channels * convolution.stride, convolution.outputChannelCount),
      threadCount: context.threadCount)
    context.parallel(blocks.count) { block, scratch in
      let range = blocks[block]
      var from = UnsafePointer(source + range.lowerBound * convolution.stride * channels)
      if let snake = convolution.snake {
        let inputRows = (range.count - 1) * convolution.stride + extent
        let activated = scratch.floats(0, inputRows * channels)
        snake.apply(from, into: activated, rows: inputRows, context: context)
        from = UnsafePointer(activated)
      }
      let to = target + range.lowerBound * convolution.outputChannelCount
      convolution.convolve(from, into: to, rows: range.count, context: context)
      if convolution.endsInTanh {
        context.kernels.tanhInPlace(to, range.count * convolution.outputChannelCount)
      }
    }
    input.removeFirst(rows * convolution.stride)
  }
}

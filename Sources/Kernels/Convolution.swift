internal import CKernels

/// Weights and shape of a one-dimensional convolution, with an optional snake before and an optional tanh after it.
public struct Convolution: Sendable {
  let weights: LinearWeights
  let snake: SnakeActivation?
  let inputChannelCount: Int
  let kernelSize: Int
  let stride: Int
  let dilation: Int
  let padding: Int
  let endsInTanh: Bool

  /// Convolution with the given weights.
  ///
  /// - Parameters:
  ///   - values: Weights `[out, in, kernel]`, as PyTorch stores them.
  ///   - bias: Bias `[out]`.
  ///   - inputChannelCount: Number of input channels.
  ///   - kernelSize: Number of taps.
  ///   - stride: Input rows from one output row to the next.
  ///   - dilation: Input rows from one tap to the next.
  ///   - padding: Number of zero rows at either end of the input.
  ///   - snake: Activation applied to the input before the convolution; nil for none.
  ///   - endsInTanh: Whether tanh is applied to the output.
  ///   - context: Context for whose instruction set the weights are packed.
  /// - Precondition: `values` has `out · in · kernel` elements.
  public init(
    _ values: [Float], bias: [Float], inputChannelCount: Int, kernelSize: Int, stride: Int = 1, dilation: Int = 1,
    padding: Int, after snake: SnakeActivation? = nil, endsInTanh: Bool = false, context: ComputeContext
  ) {
    precondition(values.count == bias.count * inputChannelCount * kernelSize, "convolution weights do not fit")
    // Reorders [out, in, kernel] to [kernel · in, out].
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

  /// Number of channels of an output row.
  public var outputChannelCount: Int { weights.columnCount }

  /// Number of input rows from the first to the last row that one output row depends on.
  var extent: Int { (kernelSize - 1) * dilation + 1 }

  /// Computes `rows` output rows and adds as many rows of `residual`, if it is not nil. The caller applies snake and
  /// tanh.
  func convolve(
    _ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, rows: Int,
    adding residual: UnsafePointer<Float>? = nil, context: ComputeContext
  ) {
    var job = CKConvolution()
    job.input = input
    job.inputRowStride = stride * inputChannelCount
    // Without dilation the taps are contiguous in memory and form one deep tap.
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

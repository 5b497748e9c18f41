/// Weights and shape of a transposed convolution whose kernel size is twice its stride, with a snake before it.
///
/// Each output row depends on two neighbouring input rows. The convolution is therefore a linear layer over pairs of
/// input rows: the layer's output `[T, stride · out]` equals `[T · stride, out]` in memory.
public struct TransposedConvolution: Sendable {
  let weights: LinearWeights
  let snake: SnakeActivation
  let inputChannelCount: Int
  /// Number of channels of an output row.
  public let outputChannelCount: Int
  let stride: Int
  let padding: Int

  /// Transposed convolution with the given weights.
  ///
  /// - Parameters:
  ///   - values: Weights `[in, out, 2 · stride]`, as PyTorch stores them.
  ///   - bias: Bias `[out]`.
  ///   - inputChannelCount: Number of input channels.
  ///   - stride: Output rows for each input row.
  ///   - padding: Number of rows removed from either end of the output, at most `stride`.
  ///   - snake: Activation applied to the input before the convolution.
  ///   - context: Context for whose instruction set the weights are packed.
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

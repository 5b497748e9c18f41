internal import CKernels

/// Convolution whose input arrives in chunks.
public final class ConvolutionStream: LayerStream {
  /// Input rows that later output rows depend on, zero padding included.
  public let input: FloatRows
  private let convolution: Convolution
  private let padding: Int

  /// Layer for a new stream, which begins with padding according to `edges`.
  ///
  /// - Parameters:
  ///   - convolution: Weights and shape of the convolution.
  ///   - edges: Whether the stream's ends are padded with zeros.
  public init(_ convolution: Convolution, edges: InputEdges = .padded) {
    self.convolution = convolution
    padding = edges == .padded ? convolution.padding : 0
    input = FloatRows(channelCount: convolution.inputChannelCount)
    input.appendZeros(padding)
  }

  /// Appends all output rows that the input determines to `output`; see ``LayerStream/advance(into:isFinal:context:)``.
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
        let activated = scratch.floats(inSlot: 0, count: inputRows * channels)
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

/// DAC's residual unit on a stream: x + pointwise(snake(wide(snake(x)))).
///
/// `wide` is a dilated convolution, `pointwise` has kernel size 1.
///
/// Rows are processed in ranges that fit the cache.
public final class ResidualUnitStream: LayerStream {
  /// Input rows that later output rows depend on, zero padding included.
  public let input: FloatRows
  private let wide: Convolution
  private let pointwise: Convolution
  private let edges: InputEdges

  /// Residual unit of a new stream.
  ///
  /// - Parameters:
  ///   - wide: First convolution, which may be dilated.
  ///   - pointwise: Second convolution.
  ///   - edges: Whether the stream's ends are padded with zeros. With bare edges the summand x is cut to the rows that
  ///     `wide` gives.
  /// - Precondition: both convolutions have a snake and keep the channel count; `wide` has stride 1 and padding that
  ///   keeps the number of rows; `pointwise` has kernel size 1.
  public init(wide: Convolution, pointwise: Convolution, edges: InputEdges = .padded) {
    precondition(wide.snake != nil && pointwise.snake != nil && pointwise.kernelSize == 1, "not a residual unit")
    precondition(wide.stride == 1 && 2 * wide.padding == wide.extent - 1, "a residual unit keeps the length")
    self.wide = wide
    self.pointwise = pointwise
    self.edges = edges
    input = FloatRows(channelCount: wide.inputChannelCount)
    if edges == .padded { input.appendZeros(wide.padding) }
  }

  /// Appends all output rows that the input determines to `output`; see ``LayerStream/advance(into:isFinal:context:)``.
  public func advance(into output: FloatRows, isFinal: Bool, context: ComputeContext) {
    if isFinal, edges == .padded { input.appendZeros(wide.padding) }
    let halo = 2 * wide.padding
    guard input.count > halo, let first = wide.snake, let second = pointwise.snake else { return }
    let rows = input.count - halo
    let channels = input.channelCount
    let target = output.appendUninitialised(rows)
    let source = input.pointer
    let blocks = RowBlocks(rows: rows, channels: channels, threadCount: context.threadCount)
    context.parallel(blocks.count) { block, scratch in
      let range = blocks[block]
      let from = source + range.lowerBound * channels
      let activated = scratch.floats(inSlot: 0, count: (range.count + halo) * channels)
      let hidden = scratch.floats(inSlot: 1, count: range.count * channels)
      first.apply(from, into: activated, rows: range.count + halo, context: context)
      wide.convolve(activated, into: hidden, rows: range.count, context: context)
      second.apply(hidden, into: hidden, rows: range.count, context: context)
      pointwise.convolve(
        hidden, into: target + range.lowerBound * channels, rows: range.count,
        adding: from + wide.padding * channels, context: context)
    }
    input.removeFirst(rows)
  }
}

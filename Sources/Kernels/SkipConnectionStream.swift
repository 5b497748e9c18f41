/// Skip connection: x + f(x), where layer f keeps the number of rows.
public final class SkipConnectionStream: LayerStream {
  /// Input rows that the layer f has not received yet.
  public let input: FloatRows
  private let body: any LayerStream
  private let pending: FloatRows
  private let result: FloatRows

  /// Skip connection around the layer `body`, the f of the sum.
  ///
  /// - Precondition: `body` takes and gives `channelCount` channels and keeps the number of rows.
  public init(around body: any LayerStream, channelCount: Int) {
    self.body = body
    input = FloatRows(channelCount: channelCount)
    pending = FloatRows(channelCount: channelCount)
    result = FloatRows(channelCount: channelCount)
  }

  /// Appends all sums that the input determines to `output`; see ``LayerStream/advance(into:isFinal:context:)``.
  public func advance(into output: FloatRows, isFinal: Bool, context: ComputeContext) {
    pending.append(input)
    body.input.append(input)
    input.removeAll()
    body.advance(into: result, isFinal: isFinal, context: context)
    output.appendSum(of: [pending, result], rows: result.count, scale: 1)
    pending.removeFirst(result.count)
    result.removeAll()
  }
}

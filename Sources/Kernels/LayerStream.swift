/// Layer of a convolutional network that processes a stream of rows chunk by chunk.
///
/// An output row is computed as soon as the input holds all rows that it depends on. Output does not depend on how the
/// input is cut into chunks: it equals the layer's output for the whole input.
public protocol LayerStream: AnyObject {
  /// Input rows not processed yet, zero padding included. Callers append rows to `input`, then call `advance`.
  var input: FloatRows { get }

  /// Appends all output rows that the input determines to `output` and removes input rows that no later output needs.
  ///
  /// - Parameters:
  ///   - output: Queue that receives the rows.
  ///   - isFinal: Whether the input is complete. The layer then adds its final padding, and the stream ends.
  ///   - context: Threads and instruction set of the computation.
  func advance(into output: FloatRows, isFinal: Bool, context: ComputeContext)
}

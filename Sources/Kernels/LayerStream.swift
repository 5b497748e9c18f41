/// Layer of a convolutional network that processes a stream of rows chunk by chunk.
///
/// An output row is computed as soon as the input holds all rows that the output row depends on. The output is the same
/// for any division of the input into chunks.
public protocol LayerStream: AnyObject {
  /// Input rows that later output rows depend on, zero padding included. Callers append rows to `input`, then call
  /// `advance`.
  var input: FloatRows { get }

  /// Appends all output rows that the input determines to `output`, and removes input rows that no later output row
  /// depends on.
  ///
  /// - Parameters:
  ///   - output: Queue that receives the rows.
  ///   - isFinal: Whether the input is complete; true adds the padding at the end and ends the stream.
  ///   - context: Threads and instruction set of the computation.
  func advance(into output: FloatRows, isFinal: Bool, context: ComputeContext)
}

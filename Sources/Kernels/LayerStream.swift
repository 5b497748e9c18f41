/// Layer of a convolutional network that processes a stream of rows chunk by chunk.
///
/// An output row is computed as soon as the input holds all rows that it depends on. Output does not depend on how the
/// input is cut into chunks: it equals the layer's output for the whole input.
public protocol LayerStream: AnyObject {
  /// Input rows not processed yet, zero padding included. Callers append rows to `input`, then call `advance`.
  var input: FloatRows { get }

  /// Appends all output rows that the input determines to `output` and removes input rows that no later output needs.
  ///
  /// - Parameter isFinal: Whether the input is complete. The layer then adds its final padding, and the stream ends.
  func advance(into output: FloatRows, isFinal: Bool, context: ComputeContext)
}

/// Treatment of the ends of a convolution's input.
public enum InputEdges: Sendable {
  /// Zero rows are added at either end, as many as the layer's `padding` says.
  case padded
  /// No rows are added (PyTorch's `padding=0`). A convolution gives only rows that depend on the input alone; a
  /// transposed convolution gives every row that the input reaches.
  case bare
}

/// Layers in sequence, each applied to the output of the layer before.
public final class LayerSequence: LayerStream {
  private let layers: [any LayerStream]

  /// Sequence of `layers`.
  ///
  /// - Precondition: there is at least one layer, and each layer takes as many channels as the layer before gives.
  public init(_ layers: [any LayerStream]) {
    precondition(!layers.isEmpty, "a sequence needs a layer")
    self.layers = layers
  }

  /// Input rows of the first layer.
  public var input: FloatRows { layers[0].input }

  /// Advances all layers in turn and appends the last layer's output to `output`; see
  /// ``LayerStream/advance(into:isFinal:context:)``.
  public func advance(into output: FloatRows, isFinal: Bool, context: ComputeContext) {
    for (index, layer) in layers.enumerated() {
      let target = index + 1 < layers.count ? layers[index + 1].input : output
      layer.advance(into: target, isFinal: isFinal, context: context)
    }
  }
}

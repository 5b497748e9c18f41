/// One layer of a convolutional network at work on a stream: rows go in as they come, rows come out as soon as all
/// that they depend on has come in.
///
/// The rows that come out do not depend on how the input was cut: they are those of the layer applied to the whole.
public protocol LayerStream: AnyObject {
  /// Rows that are waiting, the layer's zero padding included. Append to it, then call `advance`.
  var input: FloatRows { get }

  /// Computes what can be computed and appends it to `output`.
  ///
  /// - Parameter isFinal: the input has ended; what follows it is the layer's padding. The stream ends with this call.
  func advance(into output: FloatRows, isFinal: Bool, context: ComputeContext)
}

/// What a convolution sees beyond either end of its input.
public enum InputEdges: Sendable {
  /// The zero rows that its `padding` says.
  case padded
  /// Nothing: it gives only the rows that depend on the input alone, and a transposed convolution all that it reaches.
  /// What PyTorch computes with `padding=0`, NumPy's "valid".
  case bare
}

/// Layers one after the other.
public final class LayerSequence: LayerStream {
  private let layers: [any LayerStream]

  /// - Precondition: at least one layer; each takes what the one before it gives.
  public init(_ layers: [any LayerStream]) {
    precondition(!layers.isEmpty, "a sequence needs a layer")
    self.layers = layers
  }

  public var input: FloatRows { layers[0].input }

  public func advance(into output: FloatRows, isFinal: Bool, context: ComputeContext) {
    for (index, layer) in layers.enumerated() {
      let target = index + 1 < layers.count ? layers[index + 1].input : output
      layer.advance(into: target, isFinal: isFinal, context: context)
    }
  }
}

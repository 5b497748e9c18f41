/// Layers in sequence, each applied to the output of the layer before.
public final class LayerSequence: LayerStream {
  private let layers: [any LayerStream]

  /// Sequence that applies `layers` in the given order.
  ///
  /// - Precondition: there is at least one layer, and each layer takes as many channels as the layer before gives.
  public init(_ layers: [any LayerStream]) {
    precondition(!layers.isEmpty, "a sequence needs a layer")
    self.layers = layers
  }

  /// Input rows that the first layer still needs.
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

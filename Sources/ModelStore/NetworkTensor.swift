/// Tensor of a network with a given configuration, after folding of weight normalisation.
package struct NetworkTensor: Equatable, Sendable {
  /// Published name. A checkpoint may store `P.weight` as a weight-normalised layer `P`.
  package let name: String
  /// Sizes of the axes.
  package let shape: [Int]
  /// Whether the tensor is the weight of a convolution or a linear layer, which may be stored in 16 bits.
  ///
  /// Sums over many weights average out their rounding. Codebooks, biases, norms and slopes are stored in 32 bits.
  package let isLayerWeight: Bool

  /// Number of elements.
  package var elementCount: Int { shape.reduce(1, *) }
}

/// List of tensors that is built layer by layer.
struct NetworkTensorList {
  private(set) var tensors: [NetworkTensor] = []

  mutating func add(_ name: String, _ shape: [Int], isLayerWeight: Bool = false) {
    tensors.append(NetworkTensor(name: name, shape: shape, isLayerWeight: isLayerWeight))
  }

  /// Adds the weight `[outputs, inputs, kernel]` and the bias of a convolution.
  mutating func addConvolution(_ name: String, from inputs: Int, to outputs: Int, kernelSize: Int = 1) {
    add(name + ".weight", [outputs, inputs, kernelSize], isLayerWeight: true)
    add(name + ".bias", [outputs])
  }

  /// Adds the weight `[inputs, outputs, 2 · stride]` and the bias of a transposed convolution.
  mutating func addTransposedConvolution(_ name: String, from inputs: Int, to outputs: Int, stride: Int) {
    add(name + ".weight", [inputs, outputs, 2 * stride], isLayerWeight: true)
    add(name + ".bias", [outputs])
  }

  /// Adds the weight `[outputs, inputs]` of a linear layer without bias.
  mutating func addLinear(_ name: String, from inputs: Int, to outputs: Int) {
    add(name + ".weight", [outputs, inputs], isLayerWeight: true)
  }

  /// Adds the slopes of a snake activation.
  mutating func addSnake(_ name: String, channelCount: Int) { add(name + ".alpha", [1, channelCount, 1]) }
}

/// A tensor that a network of a given configuration consists of, weight normalisation folded.
package struct NetworkTensor: Equatable, Sendable {
  /// The published name; `P.weight` for what the checkpoint may hold as the weight-normalised layer `P`.
  package let name: String
  package let shape: [Int]
  /// Whether it is the weight of a convolution or a linear layer: large, and read through sums, so that it may be
  /// stored in 16 bits. Codebooks, biases, norms and slopes are not.
  package let isLayerWeight: Bool

  package var elementCount: Int { shape.reduce(1, *) }
}

/// Collects tensors layer by layer.
struct NetworkTensorList {
  private(set) var tensors: [NetworkTensor] = []

  mutating func add(_ name: String, _ shape: [Int], isLayerWeight: Bool = false) {
    tensors.append(NetworkTensor(name: name, shape: shape, isLayerWeight: isLayerWeight))
  }

  /// Weight and, as published convolutions have it, bias; `[outputs, inputs, kernel]`.
  mutating func addConvolution(_ name: String, from inputs: Int, to outputs: Int, kernelSize: Int = 1) {
    add(name + ".weight", [outputs, inputs, kernelSize], isLayerWeight: true)
    add(name + ".bias", [outputs])
  }

  /// `[inputs, outputs, kernel]`, of kernel twice the stride.
  mutating func addTransposedConvolution(_ name: String, from inputs: Int, to outputs: Int, stride: Int) {
    add(name + ".weight", [inputs, outputs, 2 * stride], isLayerWeight: true)
    add(name + ".bias", [outputs])
  }

  /// A linear layer without bias, `[outputs, inputs]`.
  mutating func addLinear(_ name: String, from inputs: Int, to outputs: Int) {
    add(name + ".weight", [outputs, inputs], isLayerWeight: true)
  }

  mutating func addSnake(_ name: String, channelCount: Int) { add(name + ".alpha", [1, channelCount, 1]) }
}

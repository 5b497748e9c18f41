/// Tensor of a network with a given configuration, after folding of weight normalisation.
package struct NetworkTensor: Equatable, Sendable {
  /// Published name. A checkpoint may store `P.weight` as a weight-normalised layer `P`.
  package let name: String
  /// Sizes of the axes in PyTorch's order, slowest first.
  package let shape: [Int]
  /// Whether the tensor is the weight of a convolution or a linear layer, which may be stored in 16 bits.
  ///
  /// Sums over many weights average out their rounding. Codebooks, biases, norms and slopes are stored in 32 bits.
  package let isLayerWeight: Bool

  /// Number of elements: the product of ``shape``.
  package var elementCount: Int { shape.reduce(1, *) }
}

/// Name and shape of a tensor that a network with a given configuration has, after folding of weight normalisation.
package struct NetworkTensor: Equatable, Sendable {
  /// Published name. For a tensor `P.weight`, a checkpoint may store gain and direction of the weight-normalised layer
  /// `P` instead.
  package let name: String
  /// Sizes of the axes in PyTorch's order, slowest first.
  package let shape: [Int]
  /// Whether the tensor is the weight of a convolution or a linear layer, which may be stored in 16 bits.
  ///
  /// Sums over many weights average out the rounding of the weights. An import that converts layer weights to 16 bits
  /// stores all other tensors in 32 bits, such as codebooks, biases, norms and slopes.
  package let isLayerWeight: Bool

  /// Number of elements: the product of ``shape``.
  package var elementCount: Int { shape.reduce(1, *) }
}

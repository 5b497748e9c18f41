import Kernels

/// Weights of a residual unit: snake, dilated convolution of kernel size 7, snake, convolution of kernel size 1.
struct ResidualUnit: Sendable {
  let wide: Convolution
  let pointwise: Convolution

  /// Dilations of the three residual units in every block of DAC's encoder and decoder and of LAC's encoder (DAC paper,
  /// section 3.1).
  static let dilations = [1, 3, 9]

  func makeStream(edges: InputEdges) -> any LayerStream {
    ResidualUnitStream(wide: wide, pointwise: pointwise, edges: edges)
  }
}

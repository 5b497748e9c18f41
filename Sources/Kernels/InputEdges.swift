/// Treatment of the two ends of a stream by a convolution or transposed convolution.
public enum InputEdges: Sendable {
  /// A convolution adds zero rows at either end of its input, as many as its `padding` says. A transposed convolution
  /// removes as many rows from either end of its output.
  case padded
  /// No rows are added or removed (PyTorch's `padding=0`). A convolution gives only rows that depend on the input
  /// alone; a transposed convolution gives every row that the input affects.
  case bare
}

/// Treatment of the ends of a convolution's input.
public enum InputEdges: Sendable {
  /// Zero rows are added at either end, as many as the layer's `padding` says.
  case padded
  /// No rows are added (PyTorch's `padding=0`). A convolution gives only rows that depend on the input alone; a
  /// transposed convolution gives every row that the input reaches.
  case bare
}

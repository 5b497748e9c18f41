import ModelStore

/// Element type in which layer weights of a model file are stored.
public enum WeightStorage: String, Sendable, CaseIterable {
  /// IEEE 754 single precision.
  case f32
  /// IEEE 754 half precision.
  case f16
  /// Google's bfloat16: the upper half of a single-precision number.
  case bf16

  var elementType: TensorElementType {
    switch self {
    case .f32: .f32
    case .f16: .f16
    case .bf16: .bf16
    }
  }
}

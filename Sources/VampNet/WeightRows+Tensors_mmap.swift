import Kernels
import ModelStore

extension Tensors {
  /// A linear layer's weights `[rowCount, depth]` where they lie in the mapped file.
  ///
  /// - Throws: `ModelError` where the tensor is missing, misshapen, or not of finite floats.
  func weightRows(_ name: String, depth: Int, rowCount: Int) throws -> WeightRows {
    try withStoredBytes(name, shape: [rowCount, depth]) { bytes, elementType in
      let format: WeightRows.Format =
        switch elementType {
        case .f16: .f16
        case .bf16: .bf16
        default: .f32
        }
      return WeightRows(bytes, format: format, depth: depth, rowCount: rowCount, owner: file.mapping)
    }
  }
}

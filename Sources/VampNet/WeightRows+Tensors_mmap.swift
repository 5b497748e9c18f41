import Kernels
import ModelStore

extension Tensors {
  /// Weights `[rowCount, depth]` of a linear layer, in the memory of the mapped file.
  ///
  /// - Throws: `ModelError` if the tensor is missing, has another shape than `[rowCount, depth]`, or has elements other
  ///   than finite floats.
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

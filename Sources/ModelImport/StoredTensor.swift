package import ModelStore

/// Tensor of a checkpoint: a view of a storage. Tensors may share a storage; a view may be transposed or have gaps.
///
/// All elements are inside the storage; initialisation checks this.
package struct StoredTensor: Sendable {
  /// Place of a storage in the checkpoint.
  package enum Storage: Hashable, Sendable {
    /// Name of an entry of a zip archive.
    case entry(String)
    /// Range of bytes of the file.
    case range(Range<Int>)
  }

  /// Name of the tensor in the checkpoint.
  package let name: String
  /// Type of the stored elements.
  package let elementType: TensorElementType
  /// Sizes of the axes, slowest first in C order; empty for a single number.
  package let shape: [Int]
  /// Distance from one element to the next along each axis, in elements; not negative.
  package let strides: [Int]
  /// Index of the first element in the storage.
  package let elementOffset: Int
  /// Storage that contains the elements.
  package let storage: Storage
  /// Whether elements are stored with the highest byte first.
  package let isBigEndian: Bool

  static let maximumAxisCount = 8

  /// Number of elements of the tensor.
  package var elementCount: Int { shape.reduce(1, *) }
  /// Size of all elements in bytes.
  package var byteCount: Int { elementCount * elementType.byteCount }

  /// Tensor with the given view of a storage.
  ///
  /// - Parameter storageElementCount: Number of elements in the storage.
  /// - Throws: ``StoredTensorFault`` if the view is invalid or exceeds the storage.
  init(
    name: String, elementType: TensorElementType, shape: [Int], strides: [Int], elementOffset: Int, storage: Storage,
    storageElementCount: Int, isBigEndian: Bool
  ) throws(StoredTensorFault) {
    guard shape.count <= Self.maximumAxisCount else {
      throw StoredTensorFault(reason: "\(shape.count) axes, at most \(Self.maximumAxisCount) are read")
    }
    guard strides.count == shape.count, shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 }),
      elementOffset >= 0
    else {
      throw StoredTensorFault(reason: "shape \(shape), strides \(strides) and offset \(elementOffset) are no view")
    }
    var (count, last) = (1, elementOffset)
    for (size, stride) in zip(shape, strides) {
      let product = count.multipliedReportingOverflow(by: size)
      let step = stride.multipliedReportingOverflow(by: max(0, size - 1))
      let sum = last.addingReportingOverflow(step.partialValue)
      guard !product.overflow, !step.overflow, !sum.overflow, product.partialValue <= Int.max / 8 else {
        throw StoredTensorFault(reason: "shape \(shape) with strides \(strides) is too large")
      }
      (count, last) = (product.partialValue, sum.partialValue)
    }
    guard count == 0 || last < storageElementCount else {
      throw StoredTensorFault(
        reason: "element \(last) of a storage of \(storageElementCount), by shape \(shape) and strides \(strides)")
    }
    (self.name, self.elementType, self.shape, self.strides) = (name, elementType, shape, strides)
    (self.elementOffset, self.storage, self.isBigEndian) = (elementOffset, storage, isBigEndian)
  }

  /// Strides, in elements, of a tensor that is stored in C order without gaps.
  static func contiguousStrides(of shape: [Int]) -> [Int] {
    var strides: [Int] = []
    var step = 1
    for size in shape.reversed() {
      strides.append(step)
      step = step.multipliedReportingOverflow(by: max(1, size)).partialValue
    }
    return strides.reversed()
  }
}

/// Reason why a view of a storage is invalid.
struct StoredTensorFault: Error, Equatable {
  let reason: String
}

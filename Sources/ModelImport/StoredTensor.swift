package import ModelStore

/// A tensor of a checkpoint: a view of a storage, perhaps shared with other tensors, transposed or with gaps.
///
/// Every element lies inside the storage; this was checked when the tensor was made.
package struct StoredTensor: Sendable {
  package enum Storage: Hashable, Sendable {
    /// An entry of a zip archive.
    case entry(String)
    /// Bytes of the file itself.
    case range(Range<Int>)
  }

  package let name: String
  package let elementType: TensorElementType
  /// Sizes of the axes, slowest first in C order; empty for a single number.
  package let shape: [Int]
  /// Distances between neighbours along each axis, in elements; not negative.
  package let strides: [Int]
  /// First element in the storage.
  package let elementOffset: Int
  package let storage: Storage
  package let isBigEndian: Bool

  static let maximumAxisCount = 8

  package var elementCount: Int { shape.reduce(1, *) }
  package var byteCount: Int { elementCount * elementType.byteCount }

  /// - Parameter storageElementCount: elements of the storage.
  /// - Throws: `StoredTensorFault` where the view leaves the storage.
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

  /// Strides of a tensor in C order.
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

/// Why a view cannot be.
struct StoredTensorFault: Error, Equatable {
  let reason: String
}

/// Description of a tensor in the header of its file.
public struct TensorDescription: Equatable, Sendable {
  /// Name of the tensor.
  public let name: String
  /// Type of the stored elements.
  public let elementType: TensorElementType
  /// Sizes of the axes, slowest first; empty for a single number.
  public let shape: [Int]
  /// Position of the data in the file, in bytes from the beginning of the file.
  public let byteRange: Range<Int>

  /// Number of elements of the tensor.
  public var elementCount: Int { byteRange.count / elementType.byteCount }
}

/// Product of `shape`; `nil` if a size is negative or the product overflows.
func elementCount(of shape: [Int]) -> Int? {
  var count = 1
  for size in shape {
    let (product, overflow) = count.multipliedReportingOverflow(by: size)
    guard size >= 0, !overflow else { return nil }
    count = product
  }
  return count
}

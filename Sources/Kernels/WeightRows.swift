package import CKernels

/// A matrix of weights as PyTorch stores it, one row for each output, in memory that belongs to someone else: a mapped
/// file.
public struct WeightRows: @unchecked Sendable {  // Nobody writes to the memory while `owner` lives.
  public enum Format: Sendable {
    case f32
    case f16
    case bf16

    package var byteCount: Int { self == .f32 ? 4 : 2 }

    package var kernelFormat: CKFormat {
      switch self {
      case .f32: CKFloat32
      case .f16: CKFloat16
      case .bf16: CKBFloat16
      }
    }
  }

  /// Values that one output is computed from.
  public let depth: Int
  /// Outputs.
  public let rowCount: Int
  public let format: Format
  private let owner: any AnyObject & Sendable
  private let start: UnsafeRawPointer

  /// - Parameters:
  ///   - bytes: little-endian elements at any alignment, finite.
  ///   - owner: keeps the memory where it is, and unchanged.
  /// - Precondition: `bytes` are those of `rowCount` · `depth` elements, at least one.
  package init(
    _ bytes: UnsafeRawBufferPointer, format: Format, depth: Int, rowCount: Int, owner: any AnyObject & Sendable
  ) {
    precondition(depth > 0 && rowCount > 0, "empty weights")
    precondition(bytes.count == depth * rowCount * format.byteCount, "weights do not fill their shape")
    guard let start = bytes.baseAddress else { preconditionFailure("no weights") }
    (self.depth, self.rowCount, self.format, self.owner, self.start) = (depth, rowCount, format, owner, start)
  }

  /// The rows from `row` on, alive while `body` runs.
  func withRows<Result>(from row: Int, _ body: (UnsafeRawPointer) -> Result) -> Result {
    withExtendedLifetime(owner) { body(start + row * depth * format.byteCount) }
  }
}

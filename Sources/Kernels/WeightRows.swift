package import CKernels

/// Matrix of weights `[output, depth]` as PyTorch stores it, in memory of another owner, such as a mapped file.
public struct WeightRows: @unchecked Sendable {  // Nobody writes to the memory while `owner` lives.
  /// Element type of the stored weights.
  public enum Format: Sendable {
    /// IEEE 754 single precision.
    case f32
    /// IEEE 754 half precision.
    case f16
    /// Google's bfloat16: the upper half of a single-precision number.
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

  /// Number of columns: inputs of one output.
  public let depth: Int
  /// Number of rows: outputs.
  public let rowCount: Int
  /// Type of the stored elements.
  public let format: Format
  private let owner: any AnyObject & Sendable
  private let start: UnsafeRawPointer

  /// Matrix in the memory of `bytes`.
  ///
  /// - Parameters:
  ///   - bytes: Finite little-endian elements at any alignment, row by row.
  ///   - format: Type of the elements.
  ///   - depth: Number of columns: inputs of one output.
  ///   - rowCount: Number of rows: outputs.
  ///   - owner: Object that keeps the memory in place and unchanged during its life.
  /// - Precondition: `bytes` holds `rowCount · depth` elements, at least one.
  package init(
    _ bytes: UnsafeRawBufferPointer, format: Format, depth: Int, rowCount: Int, owner: any AnyObject & Sendable
  ) {
    precondition(depth > 0 && rowCount > 0, "empty weights")
    precondition(bytes.count == depth * rowCount * format.byteCount, "weights do not fill their shape")
    guard let start = bytes.baseAddress else { preconditionFailure("no weights") }
    (self.depth, self.rowCount, self.format, self.owner, self.start) = (depth, rowCount, format, owner, start)
  }

  /// Calls `body` with the address of row `row`, counted from 0, which later rows follow. The memory stays valid during
  /// the call.
  func withRows<Result>(from row: Int, _ body: (UnsafeRawPointer) -> Result) -> Result {
    withExtendedLifetime(owner) { body(start + row * depth * format.byteCount) }
  }
}

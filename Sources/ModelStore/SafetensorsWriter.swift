import Foundation
import SystemCalls

/// Writer of small safetensors files, which are built in memory.
public struct SafetensorsWriter {
  private let metadata: [String: String]
  private var entries: [(name: String, elementType: TensorElementType, shape: [Int], data: Data)] = []

  /// Writer of a file with the given metadata.
  public init(metadata: [String: String]) {
    self.metadata = metadata
  }

  /// Adds an F32 tensor.
  ///
  /// - Parameters:
  ///   - name: Name of the tensor.
  ///   - shape: Length of each axis.
  ///   - values: Elements in C order.
  /// - Precondition: `values.count` is the product of `shape`; no other tensor has the name, and the name is not
  ///   `__metadata__`.
  public mutating func add(_ name: String, shape: [Int], floats values: [Float]) {
    add(name, .f32, shape: shape, bitPatterns: values.map(\.bitPattern))
  }

  /// Adds an F16 tensor, with each value rounded to the nearest half-precision number.
  ///
  /// - Parameters:
  ///   - name: Name of the tensor.
  ///   - shape: Length of each axis.
  ///   - values: Elements in C order.
  /// - Precondition: `values.count` is the product of `shape`; no other tensor has the name, and the name is not
  ///   `__metadata__`.
  public mutating func add(_ name: String, shape: [Int], halves values: [Float]) {
    add(name, .f16, shape: shape, bitPatterns: values.map { Float16($0).bitPattern })
  }

  /// Adds an F64 tensor.
  ///
  /// - Parameters:
  ///   - name: Name of the tensor.
  ///   - shape: Length of each axis.
  ///   - values: Elements in C order.
  /// - Precondition: `values.count` is the product of `shape`; no other tensor has the name, and the name is not
  ///   `__metadata__`.
  public mutating func add(_ name: String, shape: [Int], doubles values: [Double]) {
    add(name, .f64, shape: shape, bitPatterns: values.map(\.bitPattern))
  }

  private mutating func add(
    _ name: String, _ elementType: TensorElementType, shape: [Int], bitPatterns: [some FixedWidthInteger]
  ) {
    precondition(elementCount(of: shape) == bitPatterns.count, "element count does not match the shape")
    precondition(name != "__metadata__" && !entries.contains { $0.name == name }, "tensor name is taken")
    var data = Data(capacity: bitPatterns.count * elementType.byteCount)
    for pattern in bitPatterns {
      withUnsafeBytes(of: pattern.littleEndian) { data.append(contentsOf: $0) }
    }
    entries.append((name, elementType, shape, data))
  }

  /// Encodes the whole file: header and data of all tensors.
  ///
  /// - Throws: An error of the JSON encoder for the header.
  public func encoded() throws -> [UInt8] {
    let layout = try SafetensorsLayout(
      metadata: metadata,
      entries: entries.map {
        SafetensorsLayout.Entry(
          name: $0.name, elementType: $0.elementType, shape: $0.shape, byteCount: $0.data.count)
      })
    return entries.reduce(into: layout.headerBytes) { $0 += $1.data }
  }

  /// Writes the file, which appears at `path` only when it is complete and replaces an existing file.
  ///
  /// - Throws: `ReplacingFileError`, or an error of the JSON encoder for the header.
  public func write(to path: String) throws { try ReplacingFile.write(encoded(), to: path) }
}

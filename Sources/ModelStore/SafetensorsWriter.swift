import Foundation

/// Makes small safetensors files in memory; `SafetensorsStream` writes large ones.
public struct SafetensorsWriter {
  private let metadata: [String: String]
  private var entries: [(name: String, elementType: TensorElementType, shape: [Int], data: Data)] = []

  public init(metadata: [String: String]) {
    self.metadata = metadata
  }

  /// Adds a tensor stored as F32, elements in C order.
  ///
  /// - Precondition: `values.count` is the product of `shape`, and no tensor has this name yet.
  public mutating func add(_ name: String, shape: [Int], _ values: [Float]) {
    add(name, .f32, shape: shape, bitPatterns: values.map(\.bitPattern))
  }

  /// Adds a tensor stored as F16, rounded to nearest, as `add(_:shape:_:)`.
  public mutating func add(_ name: String, shape: [Int], halves values: [Float]) {
    add(name, .f16, shape: shape, bitPatterns: values.map { Float16($0).bitPattern })
  }

  /// Adds a tensor stored as F64, as `add(_:shape:_:)`.
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

  /// The whole file.
  public func encoded() throws -> [UInt8] {
    let layout = try SafetensorsLayout(
      metadata: metadata,
      entries: entries.map {
        SafetensorsLayout.Entry(
          name: $0.name, elementType: $0.elementType, shape: $0.shape, byteCount: $0.data.count)
      })
    return entries.reduce(into: layout.headerBytes) { $0 += $1.data }
  }

  /// Writes the file under a temporary name and renames it to `path`.
  public func write(to path: String) throws {
    try Data(encoded()).write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}

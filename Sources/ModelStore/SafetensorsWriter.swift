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
    precondition(elementCount(of: shape) == values.count, "element count does not match the shape")
    precondition(name != "__metadata__" && !entries.contains { $0.name == name }, "tensor name is taken")
    var data = Data(capacity: values.count * 4)
    for value in values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    entries.append((name, .f32, shape, data))
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

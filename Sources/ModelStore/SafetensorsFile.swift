/// Safetensors file that is mapped into memory; tensors are read on demand.
///
/// Opening a file reads and checks the whole header. The data of a tensor are checked when the tensor is read.
public struct SafetensorsFile: Sendable {
  /// Entries of the header's `__metadata__` object; empty if the header has none.
  public let metadata: [String: String]
  /// Descriptions of all tensors in the order of their data.
  public let tensors: [TensorDescription]
  private let indexByName: [String: Int]
  package let mapping: MappedFile

  /// Opens the file at `path`.
  ///
  /// - Throws: ``ModelError`` if the file cannot be opened or its header is invalid (`formats/model.md`).
  public init(path: String) throws {
    mapping = try MappedFile(path: path)
    let header = try SafetensorsHeader(of: mapping)
    metadata = header.metadata
    tensors = header.tensors
    // Names with different bytes can be equal strings (canonical equivalence). The header's dictionary uses the same
    // equality, so names are unique here.
    indexByName = Dictionary(uniqueKeysWithValues: header.tensors.enumerated().map { ($1.name, $0) })
  }

  /// Path of the file.
  public var path: String { mapping.path }
  /// Size of the file in bytes.
  public var byteCount: Int { mapping.byteCount }
  /// Names of all tensors in the order of their data.
  public var tensorNames: [String] { tensors.map(\.name) }

  /// Description of the tensor with the given name; `nil` if the file has no such tensor.
  public func tensor(named name: String) -> TensorDescription? {
    indexByName[name].map { tensors[$0] }
  }

  /// Reads the elements of a tensor, which must have the given shape, in C order, widened to 32 bits.
  ///
  /// - Throws: ``ModelError/missingTensor(path:tensor:)``, ``ModelError/wrongShape(path:tensor:expected:found:)``,
  ///   ``ModelError/wrongElementType(path:tensor:found:expected:)`` for types other than F32, F16 and BF16, or
  ///   ``ModelError/nonFiniteValue(path:tensor:elementIndex:)``.
  public func floats(named name: String, shape: [Int]) throws -> [Float] {
    try floats(of: tensor(named: name, shape: shape))
  }

  /// Reads the elements of an F64 tensor, which must have the given shape, in C order. Networks have no such tensors.
  ///
  /// - Throws: ``ModelError/missingTensor(path:tensor:)``, ``ModelError/wrongShape(path:tensor:expected:found:)``,
  ///   ``ModelError/wrongElementType(path:tensor:found:expected:)`` or
  ///   ``ModelError/nonFiniteValue(path:tensor:elementIndex:)``.
  public func doubles(named name: String, shape: [Int]) throws -> [Double] {
    let tensor = try tensor(named: name, shape: shape)
    guard tensor.elementType == .f64 else {
      throw ModelError.wrongElementType(
        path: path, tensor: name, found: tensor.elementType.rawValue, expected: TensorElementType.f64.rawValue)
    }
    try mapping.requireLength()
    let values = mapping.withUnsafeBytes(in: tensor.byteRange) { bytes in
      (0..<tensor.elementCount).map { index in
        Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)))
      }
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw ModelError.nonFiniteValue(path: path, tensor: name, elementIndex: index)
    }
    return values
  }

  /// Checks that a tensor has the given shape, the type F32, F16 or BF16, and finite elements. Copies no elements.
  ///
  /// - Throws: The errors of ``floats(named:shape:)``.
  func finiteTensor(named name: String, shape: [Int]) throws -> TensorDescription {
    let tensor = try tensor(named: name, shape: shape)
    guard let format = WidenableFormat(tensor.elementType) else {
      throw ModelError.wrongElementType(path: path, tensor: tensor.name, found: tensor.elementType.rawValue)
    }
    try mapping.requireLength()
    if let index = mapping.withUnsafeBytes(in: tensor.byteRange, { firstNonFinite($0, format) }) {
      throw ModelError.nonFiniteValue(path: path, tensor: name, elementIndex: index)
    }
    return tensor
  }

  private func tensor(named name: String, shape: [Int]) throws -> TensorDescription {
    guard let tensor = tensor(named: name) else { throw ModelError.missingTensor(path: path, tensor: name) }
    guard tensor.shape == shape else {
      throw ModelError.wrongShape(path: path, tensor: name, expected: shape, found: tensor.shape)
    }
    return tensor
  }

  /// Reads the elements of a tensor of any shape in C order, widened to 32 bits.
  ///
  /// - Throws: ``ModelError/wrongElementType(path:tensor:found:expected:)`` for types other than F32, F16 and BF16, or
  ///   ``ModelError/nonFiniteValue(path:tensor:elementIndex:)``.
  func floats(of tensor: TensorDescription) throws -> [Float] {
    guard let format = WidenableFormat(tensor.elementType) else {
      throw ModelError.wrongElementType(path: path, tensor: tensor.name, found: tensor.elementType.rawValue)
    }
    try mapping.requireLength()
    let values = mapping.withUnsafeBytes(in: tensor.byteRange) { widened($0, from: format) }
    mapping.releasePages(in: tensor.byteRange)
    if !isFinite(values), let index = values.firstIndex(where: { !$0.isFinite }) {
      throw ModelError.nonFiniteValue(path: path, tensor: tensor.name, elementIndex: index)
    }
    return values
  }
}

/// A safetensors file, mapped into memory; tensors are read when they are asked for.
///
/// Opening reads the header alone and checks all of it, so that a file that opens can be read without surprises other
/// than the values themselves.
public struct SafetensorsFile: Sendable {
  /// The strings of `__metadata__`.
  public let metadata: [String: String]
  /// In the order of the data.
  public let tensors: [TensorDescription]
  private let indexByName: [String: Int]
  package let mapping: MappedFile

  /// - Throws: `ModelError` where the file cannot be opened or its header is not sound (`formats/model.md`).
  public init(path: String) throws {
    mapping = try MappedFile(path: path)
    let header = try SafetensorsHeader(of: mapping)
    metadata = header.metadata
    tensors = header.tensors
    // Two names are equal strings where they differ in bytes alone (canonical equivalence); the header was decoded
    // into a dictionary by the same equality, so names are unique here.
    indexByName = Dictionary(uniqueKeysWithValues: header.tensors.enumerated().map { ($1.name, $0) })
  }

  public var path: String { mapping.path }
  /// Size of the whole file.
  public var byteCount: Int { mapping.byteCount }
  public var tensorNames: [String] { tensors.map(\.name) }

  /// `nil` where there is no such tensor.
  public func tensor(named name: String) -> TensorDescription? {
    indexByName[name].map { tensors[$0] }
  }

  /// The elements of a tensor in C order, widened to 32 bits.
  ///
  /// - Throws: `ModelError.missingTensor`, `.wrongShape`, `.wrongElementType` for anything but F32, F16 and BF16, and
  ///   `.nonFiniteValue`.
  public func floats(named name: String, shape: [Int]) throws -> [Float] {
    try floats(of: tensor(named: name, shape: shape))
  }

  /// The elements of a tensor stored as F64, in C order; networks have none.
  ///
  /// - Throws: `ModelError.missingTensor`, `.wrongShape`, `.wrongElementType`, `.nonFiniteValue`.
  public func doubles(named name: String, shape: [Int]) throws -> [Double] {
    let tensor = try tensor(named: name, shape: shape)
    guard tensor.elementType == .f64 else {
      throw ModelError.wrongElementType(
        path: path, tensor: name, found: tensor.elementType.rawValue, expected: TensorElementType.f64.rawValue)
    }
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

  /// A tensor whose elements are of a type that networks read, and finite; nothing is copied.
  ///
  /// - Throws: as `floats(named:shape:)`.
  func finiteTensor(named name: String, shape: [Int]) throws -> TensorDescription {
    let tensor = try tensor(named: name, shape: shape)
    guard let format = WidenableFormat(tensor.elementType) else {
      throw ModelError.wrongElementType(path: path, tensor: tensor.name, found: tensor.elementType.rawValue)
    }
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

  /// The elements of one of this file's tensors, whatever its shape.
  func floats(of tensor: TensorDescription) throws -> [Float] {
    guard let format = WidenableFormat(tensor.elementType) else {
      throw ModelError.wrongElementType(path: path, tensor: tensor.name, found: tensor.elementType.rawValue)
    }
    let values = mapping.withUnsafeBytes(in: tensor.byteRange) { widened($0, from: format) }
    mapping.releasePages(in: tensor.byteRange)
    if !isFinite(values), let index = values.firstIndex(where: { !$0.isFinite }) {
      throw ModelError.nonFiniteValue(path: path, tensor: tensor.name, elementIndex: index)
    }
    return values
  }
}

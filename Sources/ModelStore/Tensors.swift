/// Tensors of one file while a network is loaded, with a record of the used tensors.
///
/// A network reads each of its tensors by name and shape and finally calls ``finish()``, which reports unused tensors.
public final class Tensors {
  /// File with the tensors.
  public let file: SafetensorsFile
  private var takenNames: Set<String> = []
  private let ignoredSuffixes: [String]

  /// Tensors of `file`, all unused.
  ///
  /// - Parameters:
  ///   - file: File with the tensors.
  ///   - ignoredSuffixes: Ends of the names of tensors that may stay unused.
  public init(_ file: SafetensorsFile, ignoredSuffixes: [String] = []) {
    self.file = file
    self.ignoredSuffixes = ignoredSuffixes
  }

  /// Whether the file has a tensor with this name.
  public func contains(_ name: String) -> Bool { file.tensor(named: name) != nil }

  /// Reads the elements of a tensor in C order and marks the tensor as used.
  ///
  /// - Throws: The errors of ``SafetensorsFile/floats(named:shape:)``.
  public func floats(_ name: String, shape: [Int]) throws -> [Float] {
    let values = try file.floats(named: name, shape: shape)
    takenNames.insert(name)
    return values
  }

  /// Calls `body` with the data of a tensor in the mapped file and marks the tensor as used.
  ///
  /// The data stay at their address, unchanged, as long as `file.mapping` lives.
  ///
  /// - Throws: The errors of ``SafetensorsFile/floats(named:shape:)`` and of `body`.
  package func withStoredBytes<Result>(
    _ name: String, shape: [Int], _ body: (UnsafeRawBufferPointer, TensorElementType) throws -> Result
  ) throws -> Result {
    let tensor = try file.finiteTensor(named: name, shape: shape)
    takenNames.insert(name)
    return try file.mapping.withUnsafeBytes(in: tensor.byteRange) { try body($0, tensor.elementType) }
  }

  /// Reads the weight of the weight-normalised layer `prefix` in C order, in any of the three spellings of
  /// `formats/model.md`.
  ///
  /// The folded weight is `g · v / ‖v‖`, with the norm over all axes but the first.
  ///
  /// - Parameters:
  ///   - prefix: Name of the layer.
  ///   - shape: Shape of the folded weight, with at least one axis.
  /// - Throws: The errors of ``floats(_:shape:)`` and ``ModelError/zeroWeightNorm(path:tensor:row:)``. If the file has
  ///   none of the spellings, the error names `prefix.weight` as the missing tensor.
  public func weightNormalised(_ prefix: String, shape: [Int]) throws -> [Float] {
    precondition(!shape.isEmpty, "a weight-normalised tensor has at least one axis")
    let namings = WeightNormalisation.namings(ofLayer: prefix)
    guard let names = namings.first(where: { contains($0.gainName) || contains($0.directionName) }) else {
      return try floats("\(prefix).weight", shape: shape)
    }
    let gains = try floats(names.gainName, shape: [shape[0]] + [Int](repeating: 1, count: shape.count - 1))
    var weight = try floats(names.directionName, shape: shape)
    if let row = WeightNormalisation.fold(gains: gains, into: &weight) {
      throw ModelError.zeroWeightNorm(path: file.path, tensor: names.directionName, row: row)
    }
    return weight
  }

  /// Checks that every tensor of the file was used or may stay unused.
  ///
  /// - Throws: ``ModelError/surplusTensors(path:tensors:)``.
  public func finish() throws {
    let surplus = file.tensorNames.filter { name in
      !takenNames.contains(name) && !ignoredSuffixes.contains { name.hasSuffix($0) }
    }
    guard surplus.isEmpty else { throw ModelError.surplusTensors(path: file.path, tensors: surplus.sorted()) }
  }
}

/// The tensors of one file while a network takes them, so that none is left over.
///
/// A network asks for each of its tensors by name and shape and calls `finish` at the end.
public final class Tensors {
  public let file: SafetensorsFile
  private var takenNames: Set<String> = []
  private let ignoredSuffixes: [String]

  /// - Parameter ignoredSuffixes: endings of the names that `finish` lets pass untaken.
  public init(_ file: SafetensorsFile, ignoredSuffixes: [String] = []) {
    self.file = file
    self.ignoredSuffixes = ignoredSuffixes
  }

  public func contains(_ name: String) -> Bool { file.tensor(named: name) != nil }

  /// The elements of a tensor in C order.
  ///
  /// - Throws: as `SafetensorsFile.floats(named:shape:)`.
  public func floats(_ name: String, shape: [Int]) throws -> [Float] {
    let values = try file.floats(named: name, shape: shape)
    takenNames.insert(name)
    return values
  }

  /// Calls `body` with the data of a tensor where they lie in the mapped file; they stay there, unchanged, as long as
  /// `file.mapping` lives.
  ///
  /// - Throws: as `SafetensorsFile.floats(named:shape:)`.
  package func withStoredBytes<Result>(
    _ name: String, shape: [Int], _ body: (UnsafeRawBufferPointer, TensorElementType) throws -> Result
  ) throws -> Result {
    let tensor = try file.finiteTensor(named: name, shape: shape)
    takenNames.insert(name)
    return try file.mapping.withUnsafeBytes(in: tensor.byteRange) { try body($0, tensor.elementType) }
  }

  /// The weight of the weight-normalised layer `prefix`, in C order, in any of the three spellings of
  /// `formats/model.md`: `g · v / ‖v‖`, the norm over all axes but the first.
  ///
  /// - Parameter shape: shape of the folded weight; at least one axis.
  /// - Throws: as `floats`, and `ModelError.zeroWeightNorm`. Where no spelling is there, `.missingTensor` names `.weight`.
  public func weightNormalised(_ prefix: String, shape: [Int]) throws -> [Float] {
    precondition(!shape.isEmpty, "a weight-normalised tensor has at least one axis")
    let spellings = [
      (g: "\(prefix).weight_g", v: "\(prefix).weight_v"),
      (g: "\(prefix).parametrizations.weight.original0", v: "\(prefix).parametrizations.weight.original1"),
    ]
    guard let names = spellings.first(where: { contains($0.g) || contains($0.v) }) else {
      return try floats("\(prefix).weight", shape: shape)
    }
    let gains = try floats(names.g, shape: [shape[0]] + [Int](repeating: 1, count: shape.count - 1))
    var weight = try floats(names.v, shape: shape)
    guard !weight.isEmpty else { return weight }
    let rowLength = weight.count / shape[0]
    for (row, gain) in gains.enumerated() {
      let range = row * rowLength..<(row + 1) * rowLength
      var squares = 0.0
      for index in range { squares += Double(weight[index]) * Double(weight[index]) }
      guard squares > 0 else { throw ModelError.zeroWeightNorm(path: file.path, tensor: names.v, row: row) }
      let scale = Double(gain) / squares.squareRoot()
      for index in range { weight[index] = Float(Double(weight[index]) * scale) }
    }
    return weight
  }

  /// Confirms that every tensor of the file was taken or is to be ignored.
  ///
  /// - Throws: `ModelError.surplusTensors`.
  public func finish() throws {
    let surplus = file.tensorNames.filter { name in
      !takenNames.contains(name) && !ignoredSuffixes.contains { name.hasSuffix($0) }
    }
    guard surplus.isEmpty else { throw ModelError.surplusTensors(path: file.path, tensors: surplus.sorted()) }
  }
}

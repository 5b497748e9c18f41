import ModelStore

extension FuzzTarget {
  /// Readers of safetensors and of model files.
  ///
  /// With bit 0 of the input's first byte set, the rest is a JSON header up to its first zero byte, and the data; the
  /// header's length is put in front. Otherwise the rest is a file.
  public static let safetensors = FuzzTarget(name: "safetensors") { input in
    guard let mode = input.first else { return }
    let rest = Array(input.dropFirst())
    let bytes = mode & 1 == 1 ? HeaderRepair.repaired(rest) : rest
    let folder = try FuzzFolder()
    let path = try folder.write(bytes)
    do {
      let file = try SafetensorsFile(path: path)
      try require(file.byteCount == bytes.count, "\(file.byteCount) bytes of \(bytes.count)")
      var end = file.tensors.first?.byteRange.lowerBound ?? bytes.count
      for tensor in file.tensors {
        try require(tensor.byteRange.lowerBound == end, "\(tensor.name) begins at \(tensor.byteRange), not at \(end)")
        try require(file.tensor(named: tensor.name)?.byteRange == tensor.byteRange, "\(tensor.name) is not found")
        end = tensor.byteRange.upperBound
        try requireSoundValues(of: tensor, file)
      }
      try require(end == bytes.count, "the tensors end at \(end) of \(bytes.count)")
      let model = try ModelFile(path: path)
      let identity = try model.identity()
      try require(try ModelFile(path: path).identity() == identity, "two identities of one file")
      try model.verify()
    } catch is ModelError {}
  }

  private static func requireSoundValues(of tensor: TensorDescription, _ file: SafetensorsFile) throws {
    do {
      let values = try file.floats(named: tensor.name, shape: tensor.shape)
      try require(values.count == tensor.elementCount, "\(values.count) elements of shape \(tensor.shape)")
      try require(values.allSatisfy(\.isFinite), "an element that is not finite")
    } catch is ModelError {}
  }
}

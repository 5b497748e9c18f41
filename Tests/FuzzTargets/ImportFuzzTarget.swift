import ModelImport
import ModelStore

extension FuzzTarget {
  /// Importer, from a file to the model that is made of it.
  ///
  /// The first byte of the input says what the rest is. With bit 0 set, the rest is the pickle of a PyTorch checkpoint,
  /// which gets an archive with the storages `0` to `3` of 64 bytes each. Otherwise the rest is a file; with bit 1 set,
  /// a zip archive that gets correct checksums first.
  public static let modelImport = FuzzTarget(name: "import") { input in
    guard let mode = input.first else { return }
    let rest = Array(input.dropFirst())
    let bytes =
      mode & 1 == 1 ? PickleArchive.bytes(pickle: rest) : mode & 2 == 2 ? ZipRepair.repaired(rest) : rest
    let folder = try FuzzFolder()
    let path = try folder.write(bytes)
    do {
      let checkpoint = try Checkpoint(path: path)
      let byteCount = checkpoint.tensors.reduce(0) { $0 + $1.byteCount }
      try require(byteCount <= 2 * bytes.count, "tensors of \(byteCount) bytes in a file of \(bytes.count)")
      for tensor in checkpoint.tensors {
        try require(checkpoint.tensor(named: tensor.name)?.shape == tensor.shape, "\(tensor.name) is not found")
        try requireSoundValues(of: tensor, checkpoint)
      }
      guard let arguments = checkpoint.notes.arguments else { return }
      try requireSoundModel(of: checkpoint, arguments: arguments, path: folder.reserve("model.safetensors"))
    } catch is ImportError {
    } catch is ModelError {}
  }
}

/// Requires that a readable tensor has as many elements as its shape says, all of them finite.
private func requireSoundValues(of tensor: StoredTensor, _ checkpoint: Checkpoint) throws {
  do {
    let values = try checkpoint.storages.all(of: tensor)
    try require(values.count == tensor.elementCount, "\(values.count) elements of shape \(tensor.shape)")
    try require(values.allSatisfy(\.isFinite), "an element that is not finite")
  } catch is ImportError {
  } catch is ModelError {}
}

/// Requires that a model made of the checkpoint opens and passes its verification.
private func requireSoundModel(of checkpoint: Checkpoint, arguments: String, path: String) throws {
  let network = try NetworkRecognition(checkpoint)
  guard let kind = network.kind else { return }
  let part = try NetworkPart(
    checkpoint, kind: kind, role: network.role(arguments: arguments), arguments: arguments, changes: ["name": "fuzz"],
    lora: nil, storage: nil)
  try part.write(to: path) { _ in }
  do {
    try ModelFile(path: path).verify()
  } catch {
    throw FuzzFinding("what was imported is no model: \(error)")
  }
}

import Foundation
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
      try requireSoundModel(of: checkpoint, arguments: arguments, path: folder.path + "/model.safetensors")
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

/// Temporary folder for the files of one input.
private final class FuzzFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/vampc-fuzz-\(UUID().uuidString)"
    guard mkdir(path, 0o700) == 0 else { throw FuzzFinding("\(path): cannot be made") }
  }

  deinit {
    unlink(path + "/input")
    unlink(path + "/model.safetensors")
    rmdir(path)
  }

  func write(_ bytes: [UInt8]) throws -> String {
    let file = path + "/input"
    guard let stream = fopen(file, "w") else { throw FuzzFinding("\(file): cannot be made") }
    let count = fwrite(bytes, 1, bytes.count, stream)
    guard fclose(stream) == 0, count == bytes.count else { throw FuzzFinding("\(file): cannot be written") }
    return file
  }
}

/// Zip archive with a pickle: stored entries with correct fields.
private enum PickleArchive {
  static func bytes(pickle: [UInt8]) -> [UInt8] {
    let storage = (0..<64).map { UInt8($0 % 4 == 3 ? 0x3f : $0) }
    let entries = [("m/data.pkl", pickle)] + (0..<4).map { ("m/data/\($0)", storage) }
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for (name, content) in entries {
      let offset = bytes.count
      // Flags, method, time and date are 0.
      let common =
        [UInt8](repeating: 0, count: 8) + little(tabledCRC32(content)) + little(UInt32(content.count))
        + little(UInt32(content.count)) + little(UInt16(name.utf8.count)) + little(UInt16(0))
      bytes += little(0x0403_4b50 as UInt32) + little(UInt16(20)) + common + name.utf8 + content
      directory += little(0x0201_4b50 as UInt32) + little(UInt16(20)) + little(UInt16(20)) + common
      directory += [UInt8](repeating: 0, count: 10) + little(UInt32(offset)) + name.utf8
    }
    let start = bytes.count
    bytes += directory + little(0x0605_4b50 as UInt32) + [0, 0, 0, 0]
    bytes += little(UInt16(entries.count)) + little(UInt16(entries.count))
    return bytes + little(UInt32(directory.count)) + little(UInt32(start)) + little(UInt16(0))
  }

  private static func little(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}

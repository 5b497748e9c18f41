import Foundation
import ModelImport
import ModelStore

extension FuzzTarget {
  /// The importer's view of a file: PyTorch's zip archives and safetensors. Bit 0 of the first byte says whether a zip
  /// archive gets right checksums first.
  public static let checkpoint = FuzzTarget(name: "checkpoint") { input in
    guard let mode = input.first else { return }
    let rest = Array(input.dropFirst())
    let bytes = mode & 1 == 1 ? ZipRepair.repaired(rest) : rest
    let file = FileManager.default.temporaryDirectory.appending(path: "vampc-checkpoint-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(bytes).write(to: file)
    do {
      let checkpoint = try Checkpoint(path: file.path)
      for tensor in checkpoint.tensors {
        try require(checkpoint.tensor(named: tensor.name)?.shape == tensor.shape, "\(tensor.name) is not found")
        let elements = try checkpoint.storages.all(of: tensor)
        try require(elements.count == tensor.elementCount, "\(elements.count) elements of \(tensor.shape)")
      }
    } catch is ImportError {
    } catch is ModelError {
    }
  }
}

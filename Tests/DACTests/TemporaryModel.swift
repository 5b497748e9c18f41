import Foundation
import ModelStore

/// Codec file without tensors that is removed with the object.
final class TemporaryModel {
  let path: String

  init(metadata: [String: String]) throws {
    path = FileManager.default.temporaryDirectory.path + "/vampc-model-\(UUID().uuidString).safetensors"
    try SafetensorsWriter(metadata: metadata).write(to: path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

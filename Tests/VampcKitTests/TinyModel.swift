import Foundation
import Kernels
import ModelStore
import ReferenceCases
import VampcKit

/// The reference networks put together as a model: codec of 5 codebooks of 96 entries, the first 3 coarse, with
/// windows of `windowFrameCount` frames. Random weights: its sound is noise, its arithmetic is the real thing.
struct TinyModel {
  let library: ModelLibrary
  let folder: String
  static let name = "tiny"

  init(windowFrameCount: Int = 40, roles: [String] = ["codec", "coarse", "c2f"]) throws {
    folder = FileManager.default.temporaryDirectory.path + "/vampc-tiny-\(UUID().uuidString)"
    let path = folder + "/" + Self.name
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for role in roles {
      let reference = try ReferenceCase(folder: ReferenceCases.folder + "/" + (role == "codec" ? "dac" : role))
      let source = try SafetensorsFile(path: reference.weightsPath())
      var metadata = source.metadata
      metadata["name"] = Self.name
      if role != "codec" { metadata["window_frames"] = "\(windowFrameCount)" }
      var writer = SafetensorsWriter(metadata: metadata)
      for tensor in source.tensors {
        writer.add(tensor.name, shape: tensor.shape, try source.floats(named: tensor.name, shape: tensor.shape))
      }
      try writer.write(to: "\(path)/\(role).safetensors")
    }
    library = ModelLibrary(folders: [folder])
  }

  func load(threadCount: Int = 2) throws -> Model {
    try Model(try library.bundle(named: Self.name), context: ComputeContext(threadCount: threadCount))
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }
}

import Foundation
import Kernels
import ModelStore
import ReferenceCases
import VampcKit

/// Model of the reference networks: a codec of 5 codebooks of 96 entries, the first 3 coarse, and transformers with windows
/// of `windowFrameCount` frames. Weights are random: decoded sound is noise, the arithmetic is that of a real model.
struct TinyModel {
  let library: ModelLibrary
  let folder: String
  static let name = "tiny"

  /// - Parameter codecScale: Factor of the codec's weights; a factor other than 1 makes another codec.
  init(
    windowFrameCount: Int = 40, roles: [String] = ["codec", "coarse", "c2f"], codecScale: Float = 1
  ) throws {
    folder = FileManager.default.temporaryDirectory.path + "/vampc-tiny-\(UUID().uuidString)"
    let path = folder + "/" + Self.name
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for role in roles {
      let reference = try ReferenceCase(folder: ReferenceCases.folder + "/" + (role == "codec" ? "dac" : role))
      let source = try SafetensorsFile(path: reference.weightsPath())
      var metadata = source.metadata
      metadata["name"] = Self.name
      // Digests of the original tensors would give the scaled codec the identity of the original.
      if codecScale != 1 { metadata["tensor_sha256"] = nil }
      if role != "codec" { metadata["window_frames"] = "\(windowFrameCount)" }
      var writer = SafetensorsWriter(metadata: metadata)
      for tensor in source.tensors {
        let scale = role == "codec" ? codecScale : 1
        let values = try source.floats(named: tensor.name, shape: tensor.shape).map { $0 * scale }
        writer.add(tensor.name, shape: tensor.shape, floats: values)
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

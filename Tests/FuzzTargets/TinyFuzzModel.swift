import Foundation
import Kernels
import ModelStore
import VampcKit

/// Model whose networks have so few weights that decoding takes less than a millisecond. Its sound is noise.
public enum TinyFuzzModel {
  /// Model, made at its first use.
  ///
  /// `nonisolated(unsafe)`: a fuzzer checks one input at a time, and so does the test of a target.
  nonisolated(unsafe) static let model: Model = {
    do {
      let folder = try FuzzFolder()
      return try Model(bundle(in: folder.path, folder.reserve), context: ComputeContext(threadCount: 1))
    } catch {
      fatalError("no tiny model: \(error)")
    }
  }()

  /// Writes the files of the model into a folder and opens them.
  ///
  /// - Parameter path: Gives the path of a file by its name.
  private static func bundle(in folder: String, _ path: (String) -> String) throws -> ModelBundle {
    try write(to: path)
    return try ModelBundle(path: folder)
  }

  /// Writes the files of the model.
  ///
  /// - Parameter path: Closure that gives the path of a file by its name.
  public static func write(to path: (_ name: String) -> String) throws {
    let transformer =
      #""n_heads": 2, "n_layers": 1, "latent_dim": 2, "embedding_dim": 4, "vocab_size": 8, "n_codebooks": "#
    for (role, kind, kwargs) in [
      (
        "codec", "DAC",
        #"""
        {"encoder_dim": 2, "encoder_rates": [8, 8], "latent_dim": null, "decoder_dim": 4, "decoder_rates": [8, 8],
        "n_codebooks": 3, "codebook_size": 8, "codebook_dim": 2, "sample_rate": 8000}
        """#
      ),
      ("coarse", "VampNet", "{\(transformer)2, \"n_conditioning_codebooks\": 0}"),
      ("c2f", "VampNet", "{\(transformer)3, \"n_conditioning_codebooks\": 2}"),
    ] {
      let metadata = ["kind": kind, "role": role, "name": "tiny", "kwargs": kwargs, "window_frames": "16"]
      let file = try NetworkConfiguration(
        ModelMetadata(strings: metadata, path: role), strings: metadata, path: role)
      var writer = SafetensorsWriter(metadata: metadata)
      // Knuth's linear congruential generator: the same weights on every machine.
      var state: UInt64 = 1
      for tensor in file.tensors {
        let values = (0..<tensor.elementCount).map { _ in
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return Float(Int32(truncatingIfNeeded: state >> 33)) / Float(Int32.max) / 2 - 0.25
        }
        writer.add(tensor.name, shape: tensor.shape, floats: values)
      }
      try writer.write(to: path("\(role).safetensors"))
    }
  }
}

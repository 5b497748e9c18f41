import Foundation
import ModelStore

/// Networks with few parameters in the form of published checkpoints.
enum TinyNetworks {
  static let dac: [(String, TestPickle)] = [
    ("encoder_dim", .integer(2)), ("encoder_rates", .list([.integer(2)])), ("latent_dim", .none),
    ("decoder_dim", .integer(4)), ("decoder_rates", .list([.integer(2)])), ("n_codebooks", .integer(3)),
    ("codebook_size", .integer(4)), ("codebook_dim", .integer(2)), ("quantizer_dropout", .float(0.5)),
    ("sample_rate", .integer(8_000)),
  ]

  static func vampNet(codebookCount: Int, given: Int, layerCount: Int = 1) -> [(String, TestPickle)] {
    [
      ("n_heads", .integer(2)), ("n_layers", .integer(layerCount)), ("r_cond_dim", .integer(0)),
      ("n_codebooks", .integer(codebookCount)), ("n_conditioning_codebooks", .integer(given)),
      ("latent_dim", .integer(2)), ("embedding_dim", .integer(4)), ("vocab_size", .integer(4)),
      ("flash_attn", .bool(true)), ("noise_mode", .text("mask")), ("dropout", .float(0.1)),
    ]
  }

  /// Arguments as JSON.
  static func json(_ arguments: [(String, TestPickle)]) -> String {
    func text(_ value: TestPickle) -> String {
      switch value {
      case .integer(let value): "\(value)"
      case .float(let value): "\(value)"
      case .bool(let value): "\(value)"
      case .text(let text): "\"\(text)\""
      case .list(let values): "[" + values.map(text).joined(separator: ",") + "]"
      default: "null"
      }
    }
    return "{" + arguments.map { "\"\($0)\":\(text($1))" }.joined(separator: ",") + "}"
  }

  /// Tensors of a network after folding.
  static func tensors(kind: ModelKind, role: ModelRole, _ arguments: [(String, TestPickle)]) throws -> [NetworkTensor] {
    let strings = ["kind": kind.rawValue, "role": role.rawValue, "name": "tiny", "kwargs": json(arguments)]
    let metadata = try ModelMetadata(strings: strings, path: "tiny")
    return try NetworkConfiguration(metadata, strings: strings, path: "tiny").tensors
  }

  /// Checkpoint whose elements are computed by `value` from the tensor's name and the element's index.
  static func checkpoint(
    kind: ModelKind, role: ModelRole, _ arguments: [(String, TestPickle)],
    value: (String, Int) -> Float = { name, index in Float(name.utf8.count) + Float(index) / 64 }
  ) throws -> TestCheckpoint {
    var checkpoint = TestCheckpoint()
    checkpoint.arguments = arguments
    for tensor in try tensors(kind: kind, role: role, arguments) {
      checkpoint.add(tensor.name, tensor.shape, (0..<tensor.elementCount).map { value(tensor.name, $0) })
    }
    return checkpoint
  }

  static func codec() throws -> TestCheckpoint { try checkpoint(kind: .dac, role: .codec, dac) }
}

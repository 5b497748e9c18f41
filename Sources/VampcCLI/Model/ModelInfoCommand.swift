import ArgumentParser
import Foundation
import ModelStore

/// Command `vampc model info`.
struct ModelInfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Print the networks of a model: dimensions, licence, source, identity.")

  @Flag(help: "Print JSON, one key a line: an object, or an array of objects for several networks.")
  var json = false

  @Argument(help: "Name of a model, or path of its folder or codec file.", completion: .modelNames)
  var model: String

  func run() throws {
    let descriptions = try Models.library().files(named: model).map(ModelFileDescription.init)
    try Console.result(
      json
        ? JSONObject.text(of: descriptions.map(\.json)) : descriptions.map(\.text).joined(separator: "\n\n"))
  }
}

/// Names of models, derived from paths.
enum ModelFiles {
  /// Name of the model in a folder: the last component of the folder's path.
  static func folderName(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}

/// Description of one network of a model, printed by `vampc model info`.
struct ModelFileDescription {
  let file: ModelFile
  private let identity: ModelIdentity

  /// Description of the network in a model's file, whose identity is computed at this call.
  ///
  /// - Throws: `ModelError`.
  init(_ file: ModelFile) throws {
    self.file = file
    identity = try file.identity()
  }

  private var metadata: ModelMetadata { file.metadata }
  private var parameterCount: Int { file.weights.tensors.reduce(0) { $0 + $1.elementCount } }

  /// Element types of the tensors, in the order of falling numbers of bytes.
  private var elementTypes: [String] {
    var byteCounts: [TensorElementType: Int] = [:]
    for tensor in file.weights.tensors { byteCounts[tensor.elementType, default: 0] += tensor.byteRange.count }
    return byteCounts.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }.map(\.key.rawValue)
  }

  var json: JSONObject {
    var object = JSONObject()
    object.set("name", metadata.name)
    object.set("kind", metadata.kind.rawValue)
    object.set("role", metadata.role.rawValue)
    object.set("path", file.path)
    object.set("bytes", file.weights.byteCount)
    object.set("parameters", parameterCount)
    object.set("element_types", elementTypes)
    object.set("licence", metadata.licence)
    object.set("source", metadata.source)
    object.set("identity", identity.digest.hex)
    object.set("digests_recorded", file.recordedDigests != nil)
    switch file.configuration {
    case .codec(let codec):
      object.set("sample_rate_hz", codec.sampleRateHz)
      object.set("hop_length", codec.hopLength)
      object.set("codebooks", codec.codebookCount)
      object.set("codebook_size", codec.codebookSize)
      object.set("loudness_lufs", file.loudnessLUFS)
      object.set("decodes", metadata.decodedCodecs.map(\.hex))
    case .vampNet(let network):
      object.set("layers", network.layerCount)
      object.set("embedding_dim", network.embeddingDim)
      object.set("codebooks", network.codebookCount)
      object.set("codebooks_given", network.conditioningCodebookCount)
      object.set("window_frames", network.windowFrameCount)
    case .vggish(let network):
      object.set("embedding_dim", network.embeddingSize)
    }
    return object
  }

  var text: String {
    var lines = [
      ("file", file.path),
      ("network", "\(metadata.kind.rawValue), \(metadata.role.rawValue) of \(metadata.name)"),
    ]
    switch file.configuration {
    case .codec(let codec):
      lines += [
        ("audio", "\(codec.sampleRateHz) Hz, hop \(codec.hopLength) samples"),
        ("codebooks", "\(codec.codebookCount) of \(codec.codebookSize) entries"),
        ("loudness", Format.number(file.loudnessLUFS, decimals: 1) + " LUFS"),
      ]
    case .vampNet(let network):
      lines += [
        ("transformer", "\(network.layerCount) layers, \(network.embeddingDim) wide, \(network.headCount) heads"),
        ("codebooks", "\(network.codebookCount), of which \(network.conditioningCodebookCount) are given"),
        ("window", Format.count(network.windowFrameCount, "frame")),
      ]
    case .vggish(let network):
      lines.append(("embeddings", "\(network.embeddingSize) values every 0.96 s"))
    }
    lines += [
      (
        "weights",
        "\(Format.millions(parameterCount)) parameters, \(elementTypes.joined(separator: " and ")), "
          + Format.bytes(file.weights.byteCount)
      ),
      ("licence", metadata.licence ?? "unknown"),
      ("source", metadata.source ?? "unknown"),
      ("identity", identity.digest.hex),
    ]
    lines += metadata.decodedCodecs.map { ("decodes", "also streams of codec \($0.hex)") }
    return lines.map { name, value in
      name.padding(toLength: 12, withPad: " ", startingAt: 0) + Console.printable(value)
    }.joined(separator: "\n")
  }
}

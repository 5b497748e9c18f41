import Foundation
public import ModelStore

/// Importer that converts checkpoints to one model: a codec and optional transformers, or an embedding network alone.
///
/// Opening checkpoints reads and checks all headers. Tensors are read in chunks while the model is written.
public struct ModelImporter {
  /// Name of the new model.
  public let name: String
  private let parts: [NetworkPart]

  /// Network of the new model, with the checkpoint from which it is made.
  public struct Part: Equatable, Sendable {
    /// Path of the checkpoint.
    public let path: String
    /// Role of the network in the model.
    public let role: ModelRole
    /// Kind of the network, such as DAC or VampNet.
    public let kind: ModelKind
    /// Number of parameters of the network, after folding of weight normalisation.
    public let parameterCount: Int
  }

  /// Opens the checkpoints of a model.
  ///
  /// - Parameters:
  ///   - paths: Paths of PyTorch checkpoints, safetensors files or model files, one for each network.
  ///   - settings: Settings of the import.
  /// - Throws: ``ImportError`` or `ModelError` if a file cannot be read or the files do not form a model.
  public init(paths: [String], settings: ImportSettings) throws {
    let checkpoints = try paths.map(Checkpoint.init(path:))
    let recognised = try checkpoints.map(NetworkRecognition.init)
    var configurationPaths = settings.configurationPaths[...]
    var candidates: [Candidate] = []
    for (checkpoint, network) in zip(checkpoints, recognised) {
      guard let kind = network.kind else { throw ImportError.loraWithoutOption(path: checkpoint.path) }
      guard
        let arguments = try checkpoint.notes.arguments ?? network.arguments(of: checkpoint)
          ?? configurationPaths.popFirst().map(Self.arguments(ofFile:))
      else {
        throw ImportError.missingArguments(path: checkpoint.path)
      }
      let role = network.role(arguments: arguments)
      if let other = candidates.first(where: { $0.role == role }) {
        throw ImportError.twoOfARole(path: checkpoint.path, other: other.checkpoint.path, role: role)
      }
      candidates.append(Candidate(checkpoint: checkpoint, kind: kind, role: role, arguments: arguments))
    }
    if let path = configurationPaths.first { throw ImportError.surplusConfiguration(path: path) }
    if let embedding = candidates.first(where: { $0.role == .embedding }), candidates.count > 1 {
      throw ImportError.embeddingNotAlone(path: embedding.checkpoint.path)
    }
    guard let first = candidates.first(where: { [.codec, .embedding].contains($0.role) }) else {
      throw ImportError.noCodec(paths: paths)
    }

    let name = settings.name ?? first.checkpoint.notes.metadata["name"] ?? Self.stem(of: first.checkpoint.path)
    guard ModelLibrary.isModelName(name) else { throw ImportError.invalidName(name) }
    var changes = ["name": name]
    changes["licence"] = settings.licence
    changes["source"] = settings.source
    func part(_ candidate: Candidate, lora: LowRankFile?) throws -> NetworkPart {
      try NetworkPart(
        candidate.checkpoint, kind: candidate.kind, role: candidate.role, arguments: candidate.arguments,
        changes: changes, lora: lora, storage: settings.storage)
    }
    var parts = try candidates.map { try part($0, lora: nil) }
    var updatedRoles: Set<ModelRole> = []
    for (role, path) in settings.loraPaths {
      let lora = try Self.lora(path: path)
      let index = try Self.index(of: lora, role: role, in: parts)
      guard updatedRoles.insert(parts[index].role).inserted else {
        throw ImportError.loraDoesNotFit(path: path, reason: "a second fine-tune of \(parts[index].role.rawValue)")
      }
      parts[index] = try part(candidates[index], lora: lora)
    }
    try ModelBundle.checkFit(parts.map { ($0.checkpoint.path, $0.configuration) })
    self.name = name
    self.parts = parts
  }

  /// Networks of the model in the order of their checkpoints.
  public var contents: [Part] {
    parts.map {
      Part(path: $0.checkpoint.path, role: $0.role, kind: $0.kind, parameterCount: $0.parameterCount)
    }
  }

  /// Writes the model's files into an existing folder that has no files with these names.
  ///
  /// - Parameters:
  ///   - folder: Path of the folder.
  ///   - progress: Closure that receives the finished share in 0...1; an error of the closure ends the import.
  /// - Throws: ``ImportError``, `ModelError` or an error of `progress`. The folder may then contain incomplete files.
  public func write(into folder: String, progress: (Double) throws -> Void = { _ in }) throws {
    let total = Double(max(1, parts.reduce(0) { $0 + $1.parameterCount }))
    var done = 0
    for part in parts {
      try part.write(to: folder + "/" + part.role.fileName) { count in
        done += count
        try progress(Double(done) / total)
      }
    }
  }

  private struct Candidate {
    let checkpoint: Checkpoint
    let kind: ModelKind
    let role: ModelRole
    let arguments: String
  }

  /// Name of a file without folder and extension.
  private static func stem(of path: String) -> String {
    URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
  }

  private static let maximumConfigurationByteCount = 1 << 20

  /// Reads the arguments of a JSON file: `kwargs`, `metadata.kwargs` or the whole object.
  private static func arguments(ofFile path: String) throws -> String {
    let file = try MappedFile(path: path)
    guard file.byteCount <= maximumConfigurationByteCount else { throw ImportError.malformedConfiguration(path: path) }
    let data = file.withUnsafeBytes(in: 0..<file.byteCount) { Data($0) }
    let nested = try? JSONDecoder().decode(NestedArguments.self, from: data)
    guard
      let arguments = nested?.kwargs ?? nested?.metadata?.kwargs
        ?? (try? JSONDecoder().decode([String: NetworkArgument].self, from: data)),
      let text = try? JSONEncoder().encode(arguments)
    else { throw ImportError.malformedConfiguration(path: path) }
    return String(decoding: text, as: UTF8.self)
  }

  private static func lora(path: String) throws -> LowRankFile {
    let checkpoint = try Checkpoint(path: path)
    guard (try? NetworkRecognition(checkpoint)) == .lora else { throw ImportError.notLoRA(path: path) }
    return LowRankFile(checkpoint: checkpoint)
  }

  /// Index in `parts` of the transformer that a fine-tune belongs to; `role` nil admits both transformers.
  ///
  /// This transformer has all layers of the fine-tune. If both transformers have all layers, the result is the
  /// transformer without further layers of the same kinds: layers whose names end with the same component.
  ///
  /// - Throws: ``ImportError/loraDoesNotFit(path:reason:)`` if no transformer or both transformers remain.
  private static func index(of lora: LowRankFile, role: ModelRole?, in parts: [NetworkPart]) throws -> Int {
    let path = lora.checkpoint.path
    var indices = parts.indices.filter {
      parts[$0].role != .codec && (role == nil || parts[$0].role == role)
        && lora.layers.isSubset(of: NetworkPart.layers(of: parts[$0].configuration))
    }
    if indices.count > 1 {
      let kinds = Set(lora.layers.map { $0.split(separator: ".").last })
      indices = indices.filter { index in
        NetworkPart.layers(of: parts[index].configuration).filter { kinds.contains($0.split(separator: ".").last) }
          == lora.layers
      }
    }
    guard indices.count == 1 else {
      throw ImportError.loraDoesNotFit(
        path: path,
        reason: indices.isEmpty
          ? "its layers are not those of any transformer of this import"
          : "it fits coarse and c2f; select one, for example coarse=\(path)")
    }
    return indices[0]
  }
}

/// Constructor arguments in a configuration file: under `kwargs`, or under `kwargs` of `metadata`.
private struct NestedArguments: Decodable {
  struct Metadata: Decodable {
    let kwargs: [String: NetworkArgument]?
  }

  let kwargs: [String: NetworkArgument]?
  let metadata: Metadata?
}

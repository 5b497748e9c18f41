import Foundation

/// A model: a codec, and the transformers that imagine its tokens where it has any.
///
/// Opens the headers of its files and checks that they fit together; weights are read when a network is loaded.
public struct ModelBundle: Sendable {
  /// The folder, or the codec file where that alone was named.
  public let path: String
  public let codec: ModelFile
  public let codecConfiguration: CodecConfiguration
  public let coarse: ModelFile?
  public let coarseToFine: ModelFile?

  /// - Parameter path: a folder of model files, or a codec file, which then is the whole model.
  /// - Throws: `ModelError.noCodec` for a folder without a codec, `.partsDoNotFit`, and what `ModelFile` throws.
  public init(path: String) throws {
    self.path = path
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
      codec = try ModelFile(path: path)
      (coarse, coarseToFine) = (nil, nil)
    } else {
      func part(_ role: ModelRole) throws -> ModelFile? {
        let partPath = path + "/" + role.fileName
        guard FileManager.default.fileExists(atPath: partPath) else { return nil }
        let file = try ModelFile(path: partPath)
        guard file.metadata.role == role else {
          throw ModelError.wrongKind(path: partPath, expected: role.rawValue, found: file.metadata.role.rawValue)
        }
        return file
      }
      guard let codec = try part(.codec) else { throw ModelError.noCodec(path: path) }
      self.codec = codec
      coarse = try part(.coarse)
      coarseToFine = try part(.coarseToFine)
    }
    codecConfiguration = try codec.codecConfiguration()
    try Self.checkFit([codec, coarse, coarseToFine].compactMap { $0.map { ($0.path, $0.configuration) } })
  }

  /// Name of the model, as its codec gives it.
  public var name: String { codec.metadata.name }

  /// Size of all its files.
  public var byteCount: Int { [codec, coarse, coarseToFine].reduce(0) { $0 + ($1?.weights.byteCount ?? 0) } }

  /// Who the codec is.
  public func codecIdentity() throws -> ModelIdentity { try codec.identity() }

  /// Who the transformers are together; `nil` where there are none.
  public func generatorIdentity() throws -> ModelIdentity? {
    guard let name = (coarse ?? coarseToFine)?.metadata.name else { return nil }
    let digest = try ModelDigest(
      ofGeneratorWithCoarse: coarse?.identity().digest, coarseToFine: coarseToFine?.identity().digest)
    return ModelIdentity(digest: digest, name: name)
  }

  /// Checks that networks can be one model. `path` is the file that an error names; roles are all different.
  ///
  /// - Throws: `ModelError.partsDoNotFit`.
  package static func checkFit(_ parts: [(path: String, configuration: NetworkConfiguration)]) throws {
    func require(_ path: String, _ key: String, _ found: Int, _ expected: Int, _ fits: (Int, Int) -> Bool) throws {
      guard fits(found, expected) else {
        throw ModelError.partsDoNotFit(path: path, key: key, expected: expected, found: found)
      }
    }
    var codec: CodecConfiguration?
    var networks: [(path: String, configuration: VampNetConfiguration)] = []
    for (path, configuration) in parts {
      switch configuration {
      case .codec(let configuration): codec = configuration
      case .vampNet(let configuration): networks.append((path, configuration))
      case .vggish: break
      }
    }
    for (path, network) in networks {
      guard let codec else { continue }
      try require(path, "vocab_size", network.vocabularySize, codec.codebookSize, ==)
      try require(path, "latent_dim", network.latentDim, codec.codebookDim, ==)
      try require(path, "n_codebooks", network.codebookCount, codec.codebookCount, <=)
    }
    if let coarse = networks.first(where: { $0.configuration.role == .coarse }),
      let fine = networks.first(where: { $0.configuration.role == .coarseToFine })
    {
      try require(
        fine.path, "n_conditioning_codebooks", fine.configuration.conditioningCodebookCount,
        coarse.configuration.codebookCount, ==)
    }
  }
}

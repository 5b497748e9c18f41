import Foundation

/// Model: a codec and, optionally, a generator (the transformers that generate the codec's tokens).
///
/// Opening a model reads the headers of its files and checks that the networks fit together. Weights are read when a
/// network is loaded.
public struct ModelBundle: Sendable {
  /// Path of the model's folder, or of the codec file of a model without a folder.
  public let path: String
  /// File of the codec: `codec.safetensors` in the model's folder, or the file at ``path``.
  public let codec: ModelFile
  /// Dimensions of the codec.
  public let codecConfiguration: CodecConfiguration
  /// File of the coarse transformer, if the model has one.
  public let coarse: ModelFile?
  /// File of the coarse-to-fine transformer, if the model has one.
  public let coarseToFine: ModelFile?

  /// Opens a model.
  ///
  /// - Parameters:
  ///   - path: Path of a folder of model files, or of a codec file, which is then the whole model.
  ///   - identityCache: Cache of digests of model files; nil reads the files to compute identities.
  /// - Throws: ``ModelError/noCodec(path:)`` for a folder without a codec and for a path that does not exist,
  ///   ``ModelError/wrongKind(path:expected:found:)`` for a file with another role than its name says, and for a single
  ///   file that is no codec, ``ModelError/partsDoNotFit(path:key:expected:found:)``, and the errors of
  ///   ``ModelFile/init(path:identityCache:)``.
  public init(path: String, identityCache: IdentityCache? = nil) throws {
    self.path = path
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
      codec = try ModelFile(path: path, identityCache: identityCache)
      (coarse, coarseToFine) = (nil, nil)
    } else {
      func part(_ role: ModelRole) throws -> ModelFile? {
        let partPath = path + "/" + role.fileName
        guard FileManager.default.fileExists(atPath: partPath) else { return nil }
        let file = try ModelFile(path: partPath, identityCache: identityCache)
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

  /// Name of the model, as the codec's file states it.
  public var name: String { codec.metadata.name }

  /// Size of codec and transformer files together, in bytes.
  public var byteCount: Int { [codec, coarse, coarseToFine].reduce(0) { $0 + ($1?.weights.byteCount ?? 0) } }

  /// Identity of the codec; see ``ModelFile/identity()``.
  ///
  /// - Throws: ``ModelError/digestUnavailable``.
  public func codecIdentity() throws -> ModelIdentity { try codec.identity() }

  /// Identity of the generator: the transformers of the model; `nil` for a model without transformers.
  ///
  /// - Throws: ``ModelError/digestUnavailable``.
  public func generatorIdentity() throws -> ModelIdentity? {
    guard let name = (coarse ?? coarseToFine)?.metadata.name else { return nil }
    let digest = try ModelDigest(
      ofGeneratorWithCoarse: coarse?.identity().digest, coarseToFine: coarseToFine?.identity().digest)
    return ModelIdentity(digest: digest, name: name)
  }

  /// Checks that the dimensions of a codec and of transformers fit together in one model. Transformers without a codec
  /// are compared with one another.
  ///
  /// - Parameter parts: Configurations of the networks, with the paths that errors name.
  /// - Throws: ``ModelError/partsDoNotFit(path:key:expected:found:)``.
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

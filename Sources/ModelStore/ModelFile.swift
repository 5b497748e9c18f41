import Synchronization

/// File of a model: a network's weights, configuration and identity.
///
/// Opening a file reads the header. ``Tensors`` reads the weights.
public final class ModelFile: Sendable {
  /// Tensors of the file, and its metadata as strings.
  public let weights: SafetensorsFile
  /// Metadata of the file, except for the network's configuration.
  public let metadata: ModelMetadata
  /// Dimensions of the network.
  public let configuration: NetworkConfiguration
  /// SHA-256 of each tensor as recorded in the file; `nil` if the metadata have no key `tensor_sha256`.
  public let recordedDigests: TensorDigests?
  private let knownDigest = Mutex<ModelDigest?>(nil)
  private let identityCache: IdentityCache?

  /// Opens a model file.
  ///
  /// - Parameters:
  ///   - path: Path of the file.
  ///   - identityCache: Cache of digests of model files; nil reads the whole file to compute the identity.
  /// - Throws: ``ModelError`` if the file cannot be read or is malformed, or if metadata of a model file are missing or
  ///   invalid.
  public init(path: String, identityCache: IdentityCache? = nil) throws {
    self.identityCache = identityCache
    weights = try SafetensorsFile(path: path)
    metadata = try ModelMetadata(strings: weights.metadata, path: path)
    configuration = try NetworkConfiguration(metadata, strings: weights.metadata, path: path)
    recordedDigests = try TensorDigests(recordedIn: weights)
  }

  /// Path of the file.
  public var path: String { weights.path }

  /// Configuration of the file's codec.
  ///
  /// - Throws: ``ModelError/wrongKind(path:expected:found:)`` if the file holds another network.
  public func codecConfiguration() throws -> CodecConfiguration {
    guard case .codec(let configuration) = configuration else { throw wrongKind(expected: "DAC or LAC") }
    return configuration
  }

  /// Configuration of the file's transformer.
  ///
  /// - Throws: ``ModelError/wrongKind(path:expected:found:)`` if the file holds another network.
  public func vampNetConfiguration() throws -> VampNetConfiguration {
    guard case .vampNet(let configuration) = configuration else {
      throw wrongKind(expected: ModelKind.vampNet.rawValue)
    }
    return configuration
  }

  /// Configuration of the file's embedding network.
  ///
  /// - Throws: ``ModelError/wrongKind(path:expected:found:)`` if the file holds another network.
  public func vggishConfiguration() throws -> VGGishConfiguration {
    guard case .vggish(let configuration) = configuration else {
      throw wrongKind(expected: ModelKind.vggish.rawValue)
    }
    return configuration
  }

  /// Integrated loudness, in LUFS, of the audio that the codec was trained on. If the file does not state a loudness,
  /// the value is −16 for DAC and −24 for LAC, as published. The value has no meaning for other networks.
  public var loudnessLUFS: Double { metadata.loudnessLUFS ?? (metadata.kind == .dac ? -16 : -24) }

  /// Identity of the file's network, computed once from the weights themselves.
  ///
  /// - Throws: ``ModelError/digestUnavailable``, ``ModelError/shortened(path:expected:found:)``.
  /// - Complexity: O(1) where the cache has the file. Otherwise the first call reads the whole file, about 1 s for 1 GB.
  public func identity() throws -> ModelIdentity {
    let digest = try knownDigest.withLock { known in
      if let known { return known }
      let digest = try identityCache?.digest(of: weights.mapping.status) ?? computedDigest()
      known = digest
      return digest
    }
    return ModelIdentity(digest: digest, name: metadata.name)
  }

  private func computedDigest() throws -> ModelDigest {
    let digest = try ModelDigest(of: weights, configuration: configuration.identityLines)
    if weights.mapping.isUnchanged { identityCache?.store(digest, of: weights.mapping.status) }
    return digest
  }

  private func wrongKind(expected: String) -> ModelError {
    .wrongKind(path: path, expected: expected, found: metadata.kind.rawValue)
  }
}

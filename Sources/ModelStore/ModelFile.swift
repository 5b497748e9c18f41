import Synchronization

/// One file of a model: a network's weights, its configuration, and who it is.
///
/// Opening reads the header; `Tensors(file.tensors)` gives the weights.
public final class ModelFile: Sendable {
  public let weights: SafetensorsFile
  public let metadata: ModelMetadata
  public let configuration: NetworkConfiguration
  /// SHA-256 of each tensor as its maker noted it; `nil` where the file does not say.
  public let recordedDigests: TensorDigests?
  private let knownDigest = Mutex<ModelDigest?>(nil)

  /// - Throws: `ModelError` where the file is not sound or its metadata are not those of a model.
  public init(path: String) throws {
    weights = try SafetensorsFile(path: path)
    metadata = try ModelMetadata(strings: weights.metadata, path: path)
    configuration = try NetworkConfiguration(metadata, strings: weights.metadata, path: path)
    recordedDigests = try TensorDigests(recordedIn: weights)
  }

  public var path: String { weights.path }

  /// The codec in the file.
  ///
  /// - Throws: `ModelError.wrongKind` where it holds a transformer.
  public func codecConfiguration() throws -> CodecConfiguration {
    guard case .codec(let configuration) = configuration else { throw wrongKind(expected: "DAC or LAC") }
    return configuration
  }

  /// The transformer in the file.
  ///
  /// - Throws: `ModelError.wrongKind` where it holds a codec.
  public func vampNetConfiguration() throws -> VampNetConfiguration {
    guard case .vampNet(let configuration) = configuration else {
      throw wrongKind(expected: ModelKind.vampNet.rawValue)
    }
    return configuration
  }

  /// The embedding network in the file.
  ///
  /// - Throws: `ModelError.wrongKind` where it holds another one.
  public func vggishConfiguration() throws -> VGGishConfiguration {
    guard case .vggish(let configuration) = configuration else {
      throw wrongKind(expected: ModelKind.vggish.rawValue)
    }
    return configuration
  }

  /// The loudness that a codec was trained at; where the file does not say it, that of the published DAC (−16 LUFS)
  /// or LAC (−24 LUFS).
  public var loudnessLUFS: Double { metadata.loudnessLUFS ?? (metadata.kind == .dac ? -16 : -24) }

  /// Who the file is.
  ///
  /// - Complexity: with recorded digests nothing is read; else the whole file the first time (about 1 s for 1 GB).
  public func identity() throws -> ModelIdentity {
    let digest = try knownDigest.withLock { known in
      if let known { return known }
      let digest = try ModelDigest(
        of: weights, configuration: configuration.identityLines, recorded: recordedDigests)
      known = digest
      return digest
    }
    return ModelIdentity(digest: digest, name: metadata.name)
  }

  private func wrongKind(expected: String) -> ModelError {
    .wrongKind(path: path, expected: expected, found: metadata.kind.rawValue)
  }
}

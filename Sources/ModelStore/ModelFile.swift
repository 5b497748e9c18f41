import Synchronization

/// One file of a model: a network's weights, its configuration, and who it is.
///
/// Opening reads the header; `Tensors(file.tensors)` gives the weights.
public final class ModelFile: Sendable {
  /// The network in the file.
  public enum Configuration: Equatable, Sendable {
    case codec(CodecConfiguration)
    case vampNet(VampNetConfiguration)
  }

  public let weights: SafetensorsFile
  public let metadata: ModelMetadata
  public let configuration: Configuration
  private let knownDigest = Mutex<ModelDigest?>(nil)

  /// - Throws: `ModelError` where the file is not sound or its metadata are not those of a model.
  public init(path: String) throws {
    weights = try SafetensorsFile(path: path)
    metadata = try ModelMetadata(of: weights)
    let arguments = try NetworkArguments(of: weights)
    configuration =
      switch metadata.kind {
      case .dac: .codec(try CodecConfiguration(kind: .dac, arguments))
      case .lac: .codec(try CodecConfiguration(kind: .lac, arguments))
      case .vampNet:
        .vampNet(
          try VampNetConfiguration(
            role: metadata.role, windowFrameCount: metadata.windowFrameCount, arguments))
      }
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

  /// The loudness that a codec was trained at; where the file does not say it, that of the published DAC (−16 LUFS)
  /// or LAC (−24 LUFS).
  public var loudnessLUFS: Double { metadata.loudnessLUFS ?? (metadata.kind == .dac ? -16 : -24) }

  /// Who the file is.
  ///
  /// - Complexity: reads the whole file the first time (about 1 s for 1 GB), nothing afterwards.
  public func identity() throws -> ModelIdentity {
    let digest = try knownDigest.withLock { known in
      if let known { return known }
      let digest = try ModelDigest(of: weights, configuration: identityLines)
      known = digest
      return digest
    }
    return ModelIdentity(digest: digest, name: metadata.name)
  }

  private var identityLines: [String: String] {
    switch configuration {
    case .codec(let configuration): configuration.identityLines
    case .vampNet(let configuration): configuration.identityLines
    }
  }

  private func wrongKind(expected: String) -> ModelError {
    .wrongKind(path: path, expected: expected, found: metadata.kind.rawValue)
  }
}

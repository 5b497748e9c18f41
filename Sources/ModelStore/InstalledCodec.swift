/// Codec of an installed model, with its identity.
public struct InstalledCodec: Sendable {
  /// Path of the model's folder.
  public let modelPath: String
  private let digest: ModelDigest
  private let metadata: ModelMetadata

  /// Codec of a model folder; nil where the codec cannot be opened or its identity cannot be computed.
  init?(modelPath: String, identityCache: IdentityCache?) {
    guard
      let file = try? ModelFile(path: modelPath + "/" + ModelRole.codec.fileName, identityCache: identityCache),
      let identity = try? file.identity()
    else { return nil }
    self.modelPath = modelPath
    digest = identity.digest
    metadata = file.metadata
  }

  /// Whether the identity of the codec begins with `digestPrefix`.
  fileprivate func hasIdentity(_ digestPrefix: some Collection<UInt8>) -> Bool { digest.hasPrefix(digestPrefix) }

  /// Whether the codec declares support for the tokens of the codec whose identity begins with `digestPrefix`.
  fileprivate func decodes(_ digestPrefix: some Collection<UInt8>) -> Bool {
    metadata.decodes(codecDigestPrefix: digestPrefix)
  }
}

extension Sequence<InstalledCodec> {
  /// Path of the model that decodes streams of the codec whose identity begins with `digestPrefix`: the first model
  /// with this codec, otherwise the first model whose codec declares support for the codec's tokens; nil without
  /// either.
  public func modelPath(codecDigestPrefix digestPrefix: some Collection<UInt8>) -> String? {
    var successorPath: String?
    for codec in self {
      if codec.hasIdentity(digestPrefix) { return codec.modelPath }
      if successorPath == nil, codec.decodes(digestPrefix) { successorPath = codec.modelPath }
    }
    return successorPath
  }
}

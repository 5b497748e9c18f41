/// Identity of a network or generator: a digest of its weights and dimensions, and a name for messages.
public struct ModelIdentity: Equatable, Hashable, Sendable, CustomStringConvertible {
  /// SHA-256 of weights and dimensions.
  public let digest: ModelDigest
  /// Name of the model, for messages.
  public let name: String

  /// Identity with the given digest and name.
  public init(digest: ModelDigest, name: String) {
    self.digest = digest
    self.name = name
  }

  /// Name, and the first 8 hexadecimal digits of the digest in parentheses.
  public var description: String { "\(name) (\(digest.shortHex))" }
}

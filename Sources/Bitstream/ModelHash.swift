/// First bytes of the identity of a codec or generator, as a stream header stores them.
///
/// The identity is a SHA-256 (`formats/model.md`, "Identity").
public struct ModelHash: Equatable, Hashable, Sendable, CustomStringConvertible {
  /// Bytes of the hash: 6 for a codec, 4 for a generator.
  public let bytes: [UInt8]

  /// Returns the hash of a codec: the first `StreamFormat.codecHashByteCount` bytes of its identity.
  ///
  /// - Precondition: `sha256` has 32 bytes.
  public static func codec(sha256: [UInt8]) -> ModelHash {
    ModelHash(sha256: sha256, byteCount: StreamFormat.codecHashByteCount)
  }

  /// Returns the hash of a generator: the first `StreamFormat.generatorHashByteCount` bytes of its identity.
  ///
  /// - Precondition: `sha256` has 32 bytes.
  public static func generator(sha256: [UInt8]) -> ModelHash {
    ModelHash(sha256: sha256, byteCount: StreamFormat.generatorHashByteCount)
  }

  init(bytes: [UInt8]) { self.bytes = bytes }

  private init(sha256: [UInt8], byteCount: Int) {
    precondition(sha256.count == 32, "a SHA-256 has 32 bytes")
    bytes = [UInt8](sha256.prefix(byteCount))
  }

  /// Returns whether an identity begins with the bytes of this hash.
  ///
  /// - Parameter sha256: The identity of a codec or generator, 32 bytes.
  public func matches(sha256: [UInt8]) -> Bool { sha256.starts(with: bytes) }

  /// Hexadecimal form in lower case, two digits a byte.
  public var description: String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

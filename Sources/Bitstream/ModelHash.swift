/// The first bytes of the SHA-256 of a model's tensors, as a stream stores them.
public struct ModelHash: Equatable, Hashable, Sendable, CustomStringConvertible {
  public let bytes: [UInt8]

  /// What a stream says about a codec: the first `StreamFormat.codecHashByteCount` bytes.
  ///
  /// - Precondition: `sha256` has 32 bytes.
  public static func codec(sha256: [UInt8]) -> ModelHash {
    ModelHash(sha256: sha256, byteCount: StreamFormat.codecHashByteCount)
  }

  /// What a stream says about a generator: the first `StreamFormat.generatorHashByteCount` bytes.
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

  /// Whether a model whose tensors have this full hash is the one meant.
  public func matches(sha256: [UInt8]) -> Bool { sha256.starts(with: bytes) }

  /// Hexadecimal digits, two a byte.
  public var description: String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

/// SHA-256 digest: the identity of a model file or of a generator, or the digest of a tensor's data.
public struct ModelDigest: Equatable, Hashable, Sendable, CustomStringConvertible {
  /// Number of bytes of a digest: 32.
  public static let byteCount = 32
  /// Bytes of the digest, ``byteCount`` of them.
  public let bytes: [UInt8]

  /// Digest with the given 32 bytes, which are not hashed.
  ///
  /// - Precondition: `bytes.count == 32`.
  public init(bytes: [UInt8]) {
    precondition(bytes.count == Self.byteCount, "a SHA-256 has 32 bytes")
    self.bytes = bytes
  }

  /// Digest as 64 lower-case hexadecimal digits.
  public var hex: String { hexadecimal(bytes) }
  /// First 8 hexadecimal digits, for messages.
  public var shortHex: String { hexadecimal(bytes.prefix(4)) }
  /// Digest as 64 lower-case hexadecimal digits.
  public var description: String { hex }

  /// Whether the bytes of the digest begin with `prefix`. Streams store only a prefix of a digest.
  public func hasPrefix(_ prefix: some Collection<UInt8>) -> Bool { bytes.starts(with: prefix) }
}

extension ModelDigest {
  /// Identity of a model file (`formats/model.md`, "Identity"). The digests that a file records are not used: anybody can
  /// write them.
  ///
  /// - Parameters:
  ///   - file: File with the tensors.
  ///   - configuration: Keys and values that the identity covers in addition to the tensors.
  /// - Throws: ``ModelError/digestUnavailable``, ``ModelError/shortened(path:expected:found:)``.
  init(of file: SafetensorsFile, configuration: [String: String]) throws {
    let hash = try SHA256()
    try hash.update("vampc model identity 1\n".utf8)
    for (key, value) in configuration.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      try hash.update("\(key)=\(value)\n".utf8)
    }
    try hash.update("\n".utf8)
    for tensor in file.tensors.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
      var record: [UInt8] = []
      for text in [tensor.name, tensor.elementType.rawValue] {
        record += littleEndianBytes(UInt32(text.utf8.count))
        record += text.utf8
      }
      record += littleEndianBytes(UInt32(tensor.shape.count))
      for size in tensor.shape { record += littleEndianBytes(UInt64(size)) }
      record += littleEndianBytes(UInt64(tensor.byteRange.count))
      record += try file.digest(of: tensor).bytes
      try hash.update(record)
    }
    self = try hash.finalised()
  }

  /// Identity of a generator, from the identities of its coarse and its coarse-to-fine file; nil for a file that the
  /// generator lacks.
  ///
  /// - Throws: ``ModelError/digestUnavailable``.
  /// - Precondition: at least one of the two is not nil.
  init(ofGeneratorWithCoarse coarse: ModelDigest?, coarseToFine: ModelDigest?) throws {
    let hash = try SHA256()
    try hash.update("vampc generator identity 1\n".utf8)
    for digest in [coarse, coarseToFine] {
      try hash.update(digest.map { [1] + $0.bytes } ?? [0])
    }
    self = try hash.finalised()
  }
}

private func littleEndianBytes(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef")
  return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}

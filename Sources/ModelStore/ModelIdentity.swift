/// A SHA-256.
public struct ModelDigest: Equatable, Hashable, Sendable, CustomStringConvertible {
  public static let byteCount = 32
  /// 32 bytes.
  public let bytes: [UInt8]

  /// - Precondition: `bytes` are 32.
  public init(bytes: [UInt8]) {
    precondition(bytes.count == Self.byteCount, "a SHA-256 has 32 bytes")
    self.bytes = bytes
  }

  /// 64 lower-case hexadecimal digits.
  public var hex: String { hexadecimal(bytes) }
  /// The first 8 hexadecimal digits, as messages print them.
  public var shortHex: String { hexadecimal(bytes.prefix(4)) }
  public var description: String { hex }

  /// Whether the digest begins with `prefix`, as a stream may store it.
  public func hasPrefix(_ prefix: some Collection<UInt8>) -> Bool { bytes.starts(with: prefix) }
}

/// What a stream records of a model: which weights and dimensions, and a name for messages.
public struct ModelIdentity: Equatable, Hashable, Sendable, CustomStringConvertible {
  public let digest: ModelDigest
  public let name: String

  public init(digest: ModelDigest, name: String) {
    self.digest = digest
    self.name = name
  }

  /// `name (8 digits)`.
  public var description: String { "\(name) (\(digest.shortHex))" }
}

extension ModelDigest {
  /// The identity of a file (`formats/model.md`, "Identity").
  ///
  /// - Parameter recorded: what the file says its tensors hash to; `nil` reads and hashes them.
  init(of file: SafetensorsFile, configuration: [String: String], recorded: TensorDigests?) throws {
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
      record += try (recorded?[tensor.name] ?? file.digest(of: tensor)).bytes
      try hash.update(record)
    }
    self = try hash.finalised()
  }

  /// The identity of a generator: of its coarse and its coarse-to-fine file, at least one of which is there.
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

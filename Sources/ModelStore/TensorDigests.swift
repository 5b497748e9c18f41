import Foundation

/// SHA-256 of the data of every tensor of a file, as recorded under the key `tensor_sha256` of the file's metadata.
public struct TensorDigests: Equatable, Sendable {
  private let digests: [String: ModelDigest]

  static let key = "tensor_sha256"

  /// Digests of all tensors of a file: a dictionary from tensor names to digests.
  package init(_ digests: [String: ModelDigest]) { self.digests = digests }

  /// Digests recorded in `file`; `nil` if the metadata have no key `tensor_sha256`.
  ///
  /// - Throws: ``ModelError/invalidMetadata(path:key:found:allowed:)`` if the key is present, but its value does not
  ///   give one digest for each tensor and for nothing else.
  init?(recordedIn file: SafetensorsFile) throws {
    guard let text = file.metadata[Self.key] else { return nil }
    let values = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))
    digests = (values ?? [:]).compactMapValues(ModelDigest.init(hex:))
    guard digests.count == file.tensors.count, file.tensors.allSatisfy({ digests[$0.name] != nil }) else {
      throw ModelError.invalidMetadata(
        path: file.path, key: Self.key, found: text, allowed: "64 hexadecimal digits for each tensor")
    }
  }

  /// Digest of the tensor with the given name; `nil` if the file has no such tensor.
  public subscript(name: String) -> ModelDigest? { digests[name] }

  /// Digests as JSON for the metadata; the length depends on the names alone.
  package var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Encoding strings cannot fail.
    return (try? encoder.encode(digests.mapValues(\.hex))).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}

extension ModelDigest {
  /// Digest with the given 64 lower-case hexadecimal digits; `nil` for any other text.
  init?(hex: String) {
    let digits = Array(hex.utf8)
    guard digits.count == 2 * Self.byteCount else { return nil }
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: digits.count, by: 2) {
      guard digits[start] != UInt8(ascii: "+"),
        let byte = UInt8(String(decoding: digits[start..<start + 2], as: UTF8.self), radix: 16)
      else { return nil }
      bytes.append(byte)
    }
    self.init(bytes: bytes)
    guard self.hex == hex else { return nil }
  }
}

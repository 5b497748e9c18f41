import Foundation

/// Metadata `__metadata__` of a model file (`formats/model.md`), except for the network's configuration.
public struct ModelMetadata: Equatable, Sendable {
  /// Kind of the file's network.
  public let kind: ModelKind
  /// Role of the file in its model.
  public let role: ModelRole
  /// Name of the model; see ``ModelLibrary/isModelName(_:)``.
  public let name: String
  /// SPDX identifier of the weights' licence, if stated.
  public let licence: String?
  /// Origin of the weights as free text, if stated.
  public let source: String?
  /// Number of frames that one pass of the transformer covers, if stated.
  public let windowFrameCount: Int?
  /// Integrated loudness, in LUFS, of the audio that the codec was trained on, if stated; in `-70...0`. A loudness that
  /// is stated only as RMS in dB of full scale counts as LUFS.
  public let loudnessLUFS: Double?
  /// Identities of other codecs whose tokens this codec decodes, too; empty for other networks than codecs. These
  /// codecs have the same encoder and quantiser as this codec.
  public let decodedCodecs: [ModelDigest]

  static let windowFrameCounts = 1...65_536
  static let loudnessRangeLUFS = -70.0...0.0
  static let maximumTextByteCount = 4_096
  static let maximumDecodedCodecCount = 64

  /// Reads the metadata from the strings of a file.
  ///
  /// - Parameters:
  ///   - strings: Entries of `__metadata__`.
  ///   - path: Path of the file, for errors.
  /// - Throws: ``ModelError/missingMetadata(path:key:)`` or ``ModelError/invalidMetadata(path:key:found:allowed:)``.
  package init(strings: [String: String], path: String) throws {
    let reader = MetadataReader(path: path, metadata: strings)
    kind = try reader.choice("kind")
    role = try reader.choice("role")
    guard kind.roles.contains(role) else {
      let allowed = kind.roles.map(\.rawValue).joined(separator: " or ")
      throw reader.invalid("role", allowed: "\(allowed) for \(kind.rawValue)")
    }
    name = try reader.required("name")
    guard ModelLibrary.isModelName(name) else {
      throw reader.invalid("name", allowed: "1 to 64 of A-Z a-z 0-9 . _ - +, not starting with .")
    }
    licence = try reader.text("licence", maximumByteCount: Self.maximumTextByteCount)
    source = try reader.text("source", maximumByteCount: Self.maximumTextByteCount)
    windowFrameCount = try reader.number("window_frames", in: Self.windowFrameCounts)
    let rms: Double? = try reader.number("loudness_dbfs_rms", in: Self.loudnessRangeLUFS)
    loudnessLUFS = try reader.number("loudness_lufs", in: Self.loudnessRangeLUFS) ?? rms
    decodedCodecs = try role == .codec ? reader.digests("decodes", maximumCount: Self.maximumDecodedCodecCount) : []
  }

  /// Whether the codec decodes the tokens of another codec, whose identity begins with `digestPrefix`.
  public func decodes(codecDigestPrefix digestPrefix: some Collection<UInt8>) -> Bool {
    decodedCodecs.contains { $0.hasPrefix(digestPrefix) }
  }
}

/// Reader of the values of `__metadata__`, with errors that name the key.
private struct MetadataReader {
  let path: String
  let metadata: [String: String]

  func invalid(_ key: String, allowed: String) -> ModelError {
    .invalidMetadata(path: path, key: key, found: metadata[key] ?? "", allowed: allowed)
  }

  func required(_ key: String) throws -> String {
    guard let value = metadata[key] else { throw ModelError.missingMetadata(path: path, key: key) }
    return value
  }

  func choice<Value: RawRepresentable<String> & CaseIterable>(_ key: String) throws -> Value {
    guard let value = Value(rawValue: try required(key)) else {
      throw invalid(key, allowed: Value.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return value
  }

  func text(_ key: String, maximumByteCount: Int) throws -> String? {
    guard let value = metadata[key] else { return nil }
    guard value.utf8.count <= maximumByteCount else { throw invalid(key, allowed: "at most \(maximumByteCount) bytes") }
    return value
  }

  func digests(_ key: String, maximumCount: Int) throws -> [ModelDigest] {
    guard let text = metadata[key] else { return [] }
    let digits = try? JSONDecoder().decode([String].self, from: Data(text.utf8))
    let digests = digits?.compactMap(ModelDigest.init(hex:)) ?? []
    guard let digits, digits.count == digests.count, digits.count <= maximumCount else {
      throw invalid(key, allowed: "an array of at most \(maximumCount) strings of 64 hexadecimal digits")
    }
    return digests
  }

  func number<Value: LosslessStringConvertible & Comparable>(
    _ key: String, in range: ClosedRange<Value>
  ) throws -> Value? {
    guard let text = metadata[key] else { return nil }
    guard let value = Value(text), range.contains(value) else {
      throw invalid(key, allowed: "\(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }
}

/// Network of a model file with its dimensions.
public enum NetworkConfiguration: Equatable, Sendable {
  /// Dimensions of a DAC or LAC codec.
  case codec(CodecConfiguration)
  /// Dimensions of a transformer of VampNet.
  case vampNet(VampNetConfiguration)
  /// Dimensions of the embedding network VGGish.
  case vggish(VGGishConfiguration)

  /// Configuration from a file's metadata, with all arguments checked for their range.
  ///
  /// - Parameters:
  ///   - metadata: Metadata with kind, role and window.
  ///   - strings: Entries of the file's `__metadata__`, `kwargs` among them.
  ///   - path: Path of the file, for errors.
  /// - Throws: ``ModelError/missingMetadata(path:key:)`` or ``ModelError/invalidMetadata(path:key:found:allowed:)``.
  package init(_ metadata: ModelMetadata, strings: [String: String], path: String) throws {
    let arguments = try NetworkArguments(metadata: strings, path: path)
    self =
      switch metadata.kind {
      case .dac: .codec(try CodecConfiguration(kind: .dac, arguments))
      case .lac: .codec(try CodecConfiguration(kind: .lac, arguments))
      case .vampNet:
        .vampNet(
          try VampNetConfiguration(
            role: metadata.role, windowFrameCount: metadata.windowFrameCount, arguments))
      case .vggish: .vggish(try VGGishConfiguration(arguments))
      }
  }

  /// Tensors of the network from input to output, with unique names.
  package var tensors: [NetworkTensor] {
    switch self {
    case .codec(let configuration): configuration.tensors
    case .vampNet(let configuration): configuration.tensors
    case .vggish(let configuration): configuration.tensors
    }
  }

  /// Keys and values that the identity's hash covers in addition to the weights (`formats/model.md`).
  var identityLines: [String: String] {
    switch self {
    case .codec(let configuration): configuration.identityLines
    case .vampNet(let configuration): configuration.identityLines
    case .vggish(let configuration): configuration.identityLines
    }
  }
}

/// The network that a model file holds, with its dimensions.
public enum NetworkConfiguration: Equatable, Sendable {
  case codec(CodecConfiguration)
  case vampNet(VampNetConfiguration)
  case vggish(VGGishConfiguration)

  /// Checks the arguments of a network against their ranges.
  ///
  /// - Parameter path: file that messages name.
  /// - Throws: `ModelError.missingMetadata`, `.invalidMetadata`.
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

  /// Every tensor of the network, in the order of the signal; no two have one name.
  package var tensors: [NetworkTensor] {
    switch self {
    case .codec(let configuration): configuration.tensors
    case .vampNet(let configuration): configuration.tensors
    case .vggish(let configuration): configuration.tensors
    }
  }

  /// The lines that enter the identity of the file.
  var identityLines: [String: String] {
    switch self {
    case .codec(let configuration): configuration.identityLines
    case .vampNet(let configuration): configuration.identityLines
    case .vggish(let configuration): configuration.identityLines
    }
  }
}

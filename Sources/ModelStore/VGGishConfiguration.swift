import Foundation

/// Dimensions of a VGGish (Hershey et al. 2017, arXiv 1609.09430) as built by its usual PyTorch port, torchvggish.
///
/// All values are in the ranges of `formats/model.md`.
public struct VGGishConfiguration: Equatable, Hashable, Sendable {
  /// Number of channels after each of the six convolutions.
  public let channelCounts: [Int]
  /// Number of outputs of each of the two hidden linear layers.
  public let hiddenSizes: [Int]
  /// Number of values of an embedding.
  public let embeddingSize: Int

  /// Indices of the convolutions in the port's `features`; rectifiers and poolings have the indices between them.
  public static let convolutionIndices = [0, 3, 6, 8, 11, 13]
  /// Convolutions, counted from 0, that a 2 × 2 pooling follows.
  public static let pooledConvolutions: Set<Int> = [0, 1, 3, 5]
  /// Indices of the linear layers in the port's `embeddings`.
  public static let linearIndices = [0, 2, 4]
  /// Number of frames, 10 ms apart, in one input.
  public static let frameCount = 96
  /// Number of mel bands of the input.
  public static let bandCount = 64

  /// Number of values after the last pooling: inputs of the first linear layer.
  public var flattenedSize: Int { Self.frameCount / 16 * (Self.bandCount / 16) * channelCounts[5] }

  static let widths = 1...65_536
  static let channelWidths = 1...4_096
  static let embeddingWidths = 1...4_096

  /// Configuration from the arguments in a file's metadata.
  ///
  /// - Throws: ``ModelError/missingMetadata(path:key:)`` or ``ModelError/invalidMetadata(path:key:found:allowed:)``.
  init(_ arguments: NetworkArguments) throws {
    channelCounts = try arguments.integers("channels", count: 6...6, in: Self.channelWidths)
    hiddenSizes = try arguments.integers("hidden", count: 2...2, in: Self.widths)
    embeddingSize = try arguments.integer("embedding_dim", in: Self.embeddingWidths)
  }

  /// Constructor arguments as JSON, from the shapes of a checkpoint's biases, because VGGish checkpoints have no
  /// arguments.
  ///
  /// - Parameter shape: Closure that gives the shape of a tensor by name, or nil for a missing tensor. A size that
  ///   depends on a missing tensor is 0.
  package static func arguments(shape: (String) -> [Int]?) -> String {
    func sizes(_ list: String, _ indices: [Int]) -> [Int] { indices.map { shape("\(list).\($0).bias")?.first ?? 0 } }
    let linear = sizes("embeddings", linearIndices)
    return "{\"channels\":\(sizes("features", convolutionIndices)),\"hidden\":\(Array(linear.prefix(2))),"
      + "\"embedding_dim\":\(linear[2])}"
  }

  /// Tensors by the port's names: convolutions `[out, in, 3, 3]` and linear layers `[out, in]`, each with a bias
  /// `[out]`.
  var tensors: [NetworkTensor] {
    var list = NetworkTensorList()
    var width = 1
    for (index, channelCount) in zip(Self.convolutionIndices, channelCounts) {
      list.add("features.\(index).weight", [channelCount, width, 3, 3], isLayerWeight: true)
      list.add("features.\(index).bias", [channelCount])
      width = channelCount
    }
    width = flattenedSize
    for (index, size) in zip(Self.linearIndices, hiddenSizes + [embeddingSize]) {
      list.add("embeddings.\(index).weight", [size, width], isLayerWeight: true)
      list.add("embeddings.\(index).bias", [size])
      width = size
    }
    return list.tensors
  }

  /// Keys and values that the identity's hash covers in addition to the weights (`formats/model.md`).
  var identityLines: [String: String] {
    [
      "kind": ModelKind.vggish.rawValue,
      "channels": channelCounts.map(String.init).joined(separator: ","),
      "hidden": hiddenSizes.map(String.init).joined(separator: ","),
      "embedding_dim": "\(embeddingSize)",
    ]
  }
}

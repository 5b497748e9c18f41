import Foundation

/// Dimensions of a VGGish (Hershey et al. 2017, arXiv 1609.09430) as its usual PyTorch port, torchvggish, builds it.
///
/// Every value is in the range that `formats/model.md` gives it.
public struct VGGishConfiguration: Equatable, Hashable, Sendable {
  /// Channels after each of the six convolutions.
  public let channelCounts: [Int]
  /// Outputs of the two hidden linear layers.
  public let hiddenSizes: [Int]
  /// Values of an embedding.
  public let embeddingSize: Int

  /// Places of the convolutions in the port's `features`; rectifiers and poolings stand between them.
  public static let convolutionIndices = [0, 3, 6, 8, 11, 13]
  /// Those behind which height and width are halved.
  public static let pooledConvolutions: Set<Int> = [0, 1, 3, 5]
  /// Places of the linear layers in `embeddings`.
  public static let linearIndices = [0, 2, 4]
  /// An example: frames of 10 ms by mel bands.
  public static let frameCount = 96
  public static let bandCount = 64

  /// Numbers that the last pooling leaves.
  public var flattenedSize: Int { Self.frameCount / 16 * (Self.bandCount / 16) * channelCounts[5] }

  static let widths = 1...65_536
  static let channelWidths = 1...4_096
  static let embeddingWidths = 1...4_096

  /// - Throws: `ModelError.missingMetadata`, `.invalidMetadata`.
  init(_ arguments: NetworkArguments) throws {
    channelCounts = try arguments.integers("channels", count: 6...6, in: Self.channelWidths)
    hiddenSizes = try arguments.integers("hidden", count: 2...2, in: Self.widths)
    embeddingSize = try arguments.integer("embedding_dim", in: Self.embeddingWidths)
  }

  /// The arguments of a checkpoint, which has none, as JSON: from the shapes of its biases.
  ///
  /// - Parameter shape: of a tensor by name; nil for one that is missing, which counts as 0.
  package static func arguments(shape: (String) -> [Int]?) -> String {
    func sizes(_ list: String, _ indices: [Int]) -> [Int] { indices.map { shape("\(list).\($0).bias")?.first ?? 0 } }
    let linear = sizes("embeddings", linearIndices)
    return "{\"channels\":\(sizes("features", convolutionIndices)),\"hidden\":\(Array(linear.prefix(2))),"
      + "\"embedding_dim\":\(linear[2])}"
  }

  /// The tensors, by the port's names: convolutions `[out, in, 3, 3]`, linear layers `[out, in]`.
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

  /// The lines that enter the identity of the file.
  var identityLines: [String: String] {
    [
      "kind": ModelKind.vggish.rawValue,
      "channels": channelCounts.map(String.init).joined(separator: ","),
      "hidden": hiddenSizes.map(String.init).joined(separator: ","),
      "embedding_dim": "\(embeddingSize)",
    ]
  }
}

import ModelStore

/// Mean and covariance of a set of embeddings, and the identifier of the network that made the embeddings, as stored in
/// a file (`formats/embedding-statistics.md`).
public struct EmbeddingStatistics: Equatable, Sendable {
  /// Identifier of the network that made the embeddings. Statistics with different identifiers cannot be
  /// compared.
  public let embedding: String
  /// Number of clips behind the statistics.
  public let clipCount: Int
  /// Mean and covariance of the embeddings.
  public let gaussian: GaussianStatistics

  private static let kind = "embedding-statistics"
  private static let version = "1"
  private static let longestName = 1_024
  private static let largestCount = 1 << 53
  /// Accepted difference of two mirrored elements of a covariance, relative to the largest magnitude of an element.
  private static let symmetryTolerance = 1e-6

  init(embedding: String, clipCount: Int, gaussian: GaussianStatistics) {
    (self.embedding, self.clipCount, self.gaussian) = (embedding, clipCount, gaussian)
  }

  /// Reads statistics from a file.
  ///
  /// - Throws: `ModelError` where the file cannot be read, is no safetensors file, or has a tensor with the wrong
  ///   shape, the wrong element type or values that are not finite; `EvaluationError.invalidStatistics` where the file
  ///   does not hold statistics.
  public init(path: String) throws {
    let file = try SafetensorsFile(path: path)
    func require(_ condition: Bool, _ reason: String) throws {
      guard condition else { throw EvaluationError.invalidStatistics(path: path, reason: reason) }
    }
    func count(_ key: String, in range: ClosedRange<Int>) throws -> Int {
      let value = file.metadata[key].flatMap(Int.init)
      try require(value.map(range.contains) ?? false, "\(key) is not a number from \(range.lowerBound) up")
      return value ?? 0
    }
    try require(file.metadata["kind"] == Self.kind, "its kind is not \(Self.kind)")
    try require(file.metadata["version"] == Self.version, "its version is not \(Self.version)")
    let embedding = file.metadata["embedding"] ?? ""
    try require((1...Self.longestName).contains(embedding.utf8.count), "it does not say which embedding it is of")
    let embeddingCount = try count("embedding_count", in: 2...Self.largestCount)
    let clipCount = try count("clip_count", in: 1...embeddingCount)
    try require(Set(file.tensorNames) == ["mean", "covariance"], "its tensors are not mean and covariance")
    let dimension = file.tensor(named: "mean")?.shape.first ?? 0
    try require(EmbeddingSet.dimensions.contains(dimension), "its mean has \(dimension) values")
    let mean = try file.doubles(named: "mean", shape: [dimension])
    let values = try file.doubles(named: "covariance", shape: [dimension, dimension])
    let tolerance = Self.symmetryTolerance * (values.lazy.map(abs).max() ?? 0)
    for row in 0..<dimension {
      try require(values[row * dimension + row] >= 0, "variance \(row) is negative")
      for column in 0..<row {
        try require(
          abs(values[row * dimension + column] - values[column * dimension + row]) <= tolerance,
          "its covariance is not symmetric")
      }
    }
    self.init(
      embedding: embedding, clipCount: clipCount,
      gaussian: GaussianStatistics(
        embeddingCount: embeddingCount, mean: mean, covariance: SymmetricMatrix(order: dimension, values: values)))
  }

  /// Encodes the statistics as the bytes of a file.
  ///
  /// - Throws: The error of the JSON encoder for the header.
  public func encoded() throws -> [UInt8] {
    var writer = SafetensorsWriter(metadata: [
      "kind": Self.kind, "version": Self.version, "embedding": embedding, "clip_count": "\(clipCount)",
      "embedding_count": "\(gaussian.embeddingCount)",
    ])
    let dimension = gaussian.dimension
    writer.add("mean", shape: [dimension], doubles: gaussian.mean)
    writer.add("covariance", shape: [dimension, dimension], doubles: gaussian.covariance.values)
    return try writer.encoded()
  }
}

/// Embeddings of a set of clips, all made by one network. A Fréchet distance compares two such sets.
public struct EmbeddingSet: Equatable, Sendable {
  /// Embeddings of one clip.
  public struct Clip: Equatable, Sendable {
    /// Name of the clip, by which sets are paired and filtered.
    public let name: String
    /// Embeddings `[window, value]`, row by row; empty for a clip that is too short for an embedding.
    public let values: [Float]

    /// Name of the file that the clip is a part of. Clips of one file are alike, so a bootstrap draws these clips
    /// together.
    public let unit: String

    /// Creates the embeddings of one clip.
    ///
    /// - Parameter unit: Name of the file that the clip is a part of; nil for a clip that is independent of all others.
    public init(name: String, values: [Float], unit: String? = nil) {
      self.name = name
      self.values = values
      self.unit = unit ?? name
    }
  }

  /// Identifier of the network that made the embeddings. Sets with different identifiers cannot be compared.
  public let embedding: String
  /// Number of values of one embedding.
  public let dimension: Int
  /// Clips with their embeddings.
  public let clips: [Clip]

  /// Range of accepted dimensions.
  public static let dimensions = 1...4_096

  /// Creates a set after a check of its shape and values.
  ///
  /// - Throws: `EvaluationError` where the number of a clip's values is no multiple of `dimension`, a value is not
  ///   finite, or `dimension` lies outside ``dimensions``.
  public init(embedding: String, dimension: Int, clips: [Clip]) throws(EvaluationError) {
    guard Self.dimensions.contains(dimension) else {
      throw .dimensionOutOfRange(found: dimension, allowed: Self.dimensions)
    }
    var row = 0
    for clip in clips {
      let (rowCount, rest) = clip.values.count.quotientAndRemainder(dividingBy: dimension)
      guard rest == 0 else { throw .embeddingWidthsDiffer(found: rest, expected: dimension, row: row + rowCount) }
      if let index = clip.values.firstIndex(where: { !$0.isFinite }) {
        throw .embeddingNotFinite(row: row + index / dimension)
      }
      row += rowCount
    }
    (self.embedding, self.dimension, self.clips) = (embedding, dimension, clips)
  }

  /// Number of embeddings of all clips together.
  public var embeddingCount: Int { clips.reduce(0) { $0 + $1.values.count } / dimension }

  /// Computes mean and covariance over the embeddings of all clips.
  ///
  /// - Throws: `EvaluationError.tooFewEmbeddings` for fewer than two embeddings.
  public func statistics() throws(EvaluationError) -> EmbeddingStatistics {
    EmbeddingStatistics(
      embedding: embedding, clipCount: clips.count,
      gaussian: try GaussianStatistics(EmbeddingMoments.sum(groups(atMost: 1), weights: [1])))
  }

  /// Number of different ``Clip/unit`` values: files, whose clips the bootstrap draws together.
  var unitCount: Int { Set(clips.map(\.unit)).count }

  /// Returns a copy of the set that has only the clips whose names are in `names`.
  ///
  /// - Throws: No error in practice, because every part of a valid set is valid.
  public func keeping(_ names: Set<String>) throws(EvaluationError) -> EmbeddingSet {
    try EmbeddingSet(embedding: embedding, dimension: dimension, clips: clips.filter { names.contains($0.name) })
  }

  /// Distributes the files of the clips over at most `limit` groups, and computes the moments of each group about one
  /// common origin: the mean of all embeddings.
  func groups(atMost limit: Int) -> [EmbeddingMoments] {
    var origin = [Double](repeating: 0, count: dimension)
    for clip in clips {
      for row in stride(from: 0, to: clip.values.count, by: dimension) {
        for column in 0..<dimension { origin[column] += Double(clip.values[row + column]) }
      }
    }
    let count = Double(max(1, embeddingCount))
    for column in 0..<dimension { origin[column] /= count }
    var groups = [EmbeddingMoments](
      repeating: EmbeddingMoments(origin: origin), count: max(1, min(limit, unitCount)))
    var indices: [String: Int] = [:]
    for clip in clips {
      let index = indices[clip.unit] ?? indices.count
      indices[clip.unit] = index
      groups[index % groups.count].add(clip.values)
    }
    return groups
  }
}

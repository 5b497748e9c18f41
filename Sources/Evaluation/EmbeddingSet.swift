/// The embeddings of a set of clips, by one embedding: what a Fréchet distance compares.
public struct EmbeddingSet: Equatable, Sendable {
  public struct Clip: Equatable, Sendable {
    public let name: String
    /// `[window, value]`, row by row; may be none for a clip shorter than a window.
    public let values: [Float]

    public init(name: String, values: [Float]) {
      self.name = name
      self.values = values
    }
  }

  /// What made the embeddings, in words; sets of different makers do not compare.
  public let embedding: String
  /// Values of one embedding.
  public let dimension: Int
  public let clips: [Clip]

  public static let dimensions = 1...4_096

  /// - Throws: `EvaluationError` where a clip does not fill whole rows of `dimension`, a value is not finite, or the
  ///   dimension lies outside ``dimensions``.
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

  /// Rows of all clips.
  public var embeddingCount: Int { clips.reduce(0) { $0 + $1.values.count } / dimension }

  /// Mean and covariance over all clips.
  ///
  /// - Throws: `EvaluationError.tooFewEmbeddings` for fewer than two.
  public func statistics() throws(EvaluationError) -> EmbeddingStatistics {
    EmbeddingStatistics(
      embedding: embedding, clipCount: clips.count,
      gaussian: try GaussianStatistics(EmbeddingMoments.sum(groups(atMost: 1), weights: [1])))
  }

  /// Clips dealt into groups, each with the moments of its embeddings about one common origin.
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
      repeating: EmbeddingMoments(origin: origin), count: max(1, min(limit, clips.count)))
    for (index, clip) in clips.enumerated() { groups[index % groups.count].add(clip.values) }
    return groups
  }
}

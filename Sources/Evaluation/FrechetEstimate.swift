import Signal

/// Fréchet distance between two sets of clips, with a bootstrap interval.
///
/// The distance of a finite sample lies above the distance of the population, by about a constant divided by the number
/// of embeddings (Gui et al., arXiv 2311.01616, section 3.2). Distances are therefore comparable only between sets with
/// the same number of clips, best with the same clips. The interval does not cover this bias. The interval shows how
/// much the distance would change with other clips of the same kind.
public struct FrechetEstimate: Equatable, Sendable {
  /// Set or statistics that the decoded clips are compared with.
  public enum Reference: Sendable {
    case clips(EmbeddingSet)
    /// Statistics from a file, taken as exact.
    case statistics(EmbeddingStatistics)
  }

  /// Squared Fréchet distance of the decoded clips from the reference.
  public let distance: Double
  /// Bootstrap interval over independent files (`EmbeddingSet.Clip.unit`), centred on the distance because repeated
  /// clips raise the bias of every resample. Nil for fewer than ``fewestClips`` decoded files, for more than
  /// ``mostBootstrappedValues`` values per embedding, and for 0 resamples.
  public let interval: ConfidenceInterval?
  /// Identifier of the network that made the embeddings.
  public let embedding: String
  /// Number of values of one embedding.
  public let dimension: Int
  /// Number of reference clips.
  public let referenceClipCount: Int
  /// Number of embeddings of the reference clips.
  public let referenceEmbeddingCount: Int
  /// Number of decoded clips.
  public let decodedClipCount: Int
  /// Number of embeddings of the decoded clips.
  public let decodedEmbeddingCount: Int

  /// Least number of independent decoded files (`EmbeddingSet.Clip.unit`) for which a bootstrap interval is computed.
  public static let fewestClips = 4
  /// Largest number of values per embedding for which a bootstrap interval is computed; larger matrices would take
  /// gigabytes and minutes.
  public static let mostBootstrappedValues = 2_048
  /// Limits on the number of groups over which the files are distributed for resampling: at most 64 groups, and at most
  /// as many groups as hold their moments in 256 MB (2²⁵ numbers). Large embeddings may exceed this size: the limit is
  /// never below 20 groups.
  private static let mostGroups = 64
  private static let fewestGroups = 20
  private static let groupNumbers = 1 << 25

  /// Computes the distance of decoded clips from a reference, with an interval.
  ///
  /// If both sides have clips of the same names in the same order, each resample draws the same groups of clips on both
  /// sides.
  ///
  /// - Parameters:
  ///   - decoded: Embeddings of the decoded clips.
  ///   - reference: Embeddings or statistics of the originals, made by the same network.
  ///   - confidence: Probability that the interval covers, between 0 and 1.
  ///   - resampleCount: Number of resamples; 0 omits the interval. Nil takes 200, or 100 above 256 values per
  ///     embedding. Each resample solves an eigenvalue problem, which takes about 10 ms at 256 values and 0.7 s at 1
  ///     024 values.
  ///   - seed: Seed of the random draws; equal seeds give equal intervals.
  /// - Throws: `EvaluationError.embeddingsDiffer`, `.embeddingWidthsDiffer`, `.tooFewEmbeddings`,
  ///   `.eigenvaluesNotFound`.
  public init(
    of decoded: EmbeddingSet, from reference: Reference, confidence: Double = 0.95, resampleCount: Int? = nil,
    seed: UInt64 = 0
  ) throws(EvaluationError) {
    let referenceStatistics: EmbeddingStatistics
    var referenceSet: EmbeddingSet?
    switch reference {
    case .statistics(let statistics): referenceStatistics = statistics
    case .clips(let set):
      referenceStatistics = try set.statistics()
      referenceSet = set
    }
    let decodedStatistics = try decoded.statistics()
    guard decoded.embedding == referenceStatistics.embedding else {
      throw .embeddingsDiffer(found: decoded.embedding, expected: referenceStatistics.embedding)
    }
    distance = try FrechetDistance.squared(referenceStatistics.gaussian, decodedStatistics.gaussian)
    embedding = decoded.embedding
    dimension = decoded.dimension
    referenceClipCount = referenceStatistics.clipCount
    referenceEmbeddingCount = referenceStatistics.gaussian.embeddingCount
    decodedClipCount = decoded.clips.count
    decodedEmbeddingCount = decodedStatistics.gaussian.embeddingCount

    let resampleCount = resampleCount ?? (decoded.dimension > 256 ? 100 : 200)
    guard resampleCount > 0, decoded.unitCount >= Self.fewestClips, dimension <= Self.mostBootstrappedValues else {
      interval = nil
      return
    }
    var bootstrap = ClipBootstrap(
      decoded: decoded, reference: referenceSet, fixed: referenceStatistics.gaussian, seed: seed,
      groupLimit: max(Self.fewestGroups, min(Self.mostGroups, Self.groupNumbers / (dimension * dimension))))
    var distances: [Double] = []
    while distances.count < resampleCount { distances.append(try bootstrap.next()) }
    let spread = ConfidenceInterval(centredOn: distance, resampled: distances, confidence: confidence)
    interval = ConfidenceInterval(estimate: distance, lower: max(0, spread.lower), upper: spread.upper)
  }
}

/// Bootstrap that draws groups of clips with repetition and computes the Fréchet distance of each draw.
private struct ClipBootstrap {
  private let decoded: [EmbeddingMoments]
  /// Groups of the reference clips; nil for statistics that are taken as exact.
  private let reference: [EmbeddingMoments]?
  private let fixed: GaussianStatistics
  private let isPaired: Bool
  private var generator: SplitMix64

  init(
    decoded: EmbeddingSet, reference: EmbeddingSet?, fixed: GaussianStatistics, seed: UInt64, groupLimit: Int
  ) {
    self.decoded = decoded.groups(atMost: groupLimit)
    self.reference = reference.map { $0.groups(atMost: groupLimit) }
    self.fixed = fixed
    isPaired = reference.map { $0.clips.map(\.name) == decoded.clips.map(\.name) } ?? false
    generator = SplitMix64(seed: seed)
  }

  mutating func next() throws(EvaluationError) -> Double {
    // Short clips may give a draw with fewer than two embeddings: such a draw is repeated, up to 100 times.
    for _ in 0..<100 {
      let weights = draw(decoded.count)
      let otherWeights = isPaired ? weights : draw(reference?.count ?? 0)
      let moments = EmbeddingMoments.sum(decoded, weights: weights)
      let others = reference.map { EmbeddingMoments.sum($0, weights: otherWeights) }
      guard moments.count >= 2, others?.count ?? 2 >= 2 else { continue }
      let other = if let others { try GaussianStatistics(others) } else { fixed }
      return try FrechetDistance.squared(other, GaussianStatistics(moments))
    }
    throw .tooFewEmbeddings(found: 0, minimum: 2)
  }

  /// Draws a group `count` times from `count` groups, with repetition, and returns how often each group was drawn.
  private mutating func draw(_ count: Int) -> [Double] {
    var weights = [Double](repeating: 0, count: count)
    for _ in 0..<count { weights[Int.random(in: 0..<count, using: &generator)] += 1 }
    return weights
  }
}

/// A Fréchet distance between two sets of clips, with what can be said about how sure it is.
///
/// The distance of a finite sample lies above that of the whole, by about a constant over the number of embeddings (Gui et
/// al., arXiv 2311.01616, section 3.2): distances compare only between sets of as many clips, best of the same clips. The
/// interval does not hold this bias; it says how much the figure would move were other clips of the kind drawn.
public struct FrechetEstimate: Equatable, Sendable {
  /// What the decoded clips are held against.
  public enum Reference: Sendable {
    case clips(EmbeddingSet)
    /// Statistics from a file, which are taken as exact.
    case statistics(EmbeddingStatistics)
  }

  /// The squared distance.
  public let distance: Double
  /// The spread of a bootstrap over whole clips, laid around the distance (a resample repeats clips, which raises the bias
  /// of all resamples alike); nil for fewer than ``fewestClips``, and above ``mostBootstrappedValues``.
  public let interval: ConfidenceInterval?
  public let embedding: String
  public let dimension: Int
  public let referenceClipCount: Int
  public let referenceEmbeddingCount: Int
  public let decodedClipCount: Int
  public let decodedEmbeddingCount: Int

  /// Clips below which a bootstrap says nothing.
  public static let fewestClips = 4
  /// Values of an embedding above which a bootstrap would take gigabytes, and minutes.
  public static let mostBootstrappedValues = 2_048
  /// Clips are resampled in groups where there are more, and where the groups' moments would exceed 256 MB (but in 20 at
  /// least).
  private static let mostGroups = 64
  private static let fewestGroups = 20
  private static let groupNumbers = 1 << 25

  /// Where both sides are clips of the same names in the same order they are resampled together, as pairs.
  ///
  /// - Parameter resampleCount: nil takes 200, and 100 above 256 values, where each costs an eigenvalue problem of a large
  ///   matrix: about 10 ms at 256 values and 0.7 s at 1 024. 0 leaves the interval out.
  /// - Throws: `EvaluationError.embeddingsDiffer`, `.embeddingWidthsDiffer`, `.tooFewEmbeddings`, `.eigenvaluesNotFound`.
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
    guard resampleCount > 0, decoded.clips.count >= Self.fewestClips, dimension <= Self.mostBootstrappedValues else {
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

/// Draws clips anew and takes the distance of what was drawn.
private struct ClipBootstrap {
  private let decoded: [EmbeddingMoments]
  /// Nil for statistics that are taken as exact.
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
    // Groups without two embeddings can be drawn alone where clips are short: then draw again, a few times.
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

  /// How often each of so many groups is drawn in as many draws.
  private mutating func draw(_ count: Int) -> [Double] {
    var weights = [Double](repeating: 0, count: count)
    for _ in 0..<count { weights[Int.random(in: 0..<count, using: &generator)] += 1 }
    return weights
  }
}

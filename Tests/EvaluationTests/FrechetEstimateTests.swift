import Evaluation
import Foundation
import Testing

@Suite struct FrechetEstimateTests {
  private let reference = MetricsReference()

  /// Deals rows to clips of unequal lengths, the first clip without any row.
  private func set(_ rows: [[Float]], named prefix: String = "clip", embedding: String = "test") throws -> EmbeddingSet
  {
    var clips = [EmbeddingSet.Clip(name: "\(prefix) empty", values: [])]
    var start = 0
    while start < rows.count {
      let end = min(rows.count, start + 1 + clips.count % 7)
      clips.append(EmbeddingSet.Clip(name: "\(prefix) \(clips.count)", values: rows[start..<end].flatMap { $0 }))
      start = end
    }
    return try EmbeddingSet(embedding: embedding, dimension: rows[0].count, clips: clips)
  }

  @Test func agreesWithThePublishedCode() throws {
    let (a, b) = (try reference.rows("embeddings_a"), try reference.rows("embeddings_b"))
    let expected = try #require(try reference.expected("distance", of: "frechet"))
    let found = try FrechetEstimate(of: set(b), from: .clips(set(a)), resampleCount: 0)
    #expect(abs(found.distance - expected) < 1e-3 * expected)
    #expect(found.interval == nil)
    #expect(found.referenceEmbeddingCount == a.count && found.decodedEmbeddingCount == b.count)
    let fixed = try FrechetEstimate(of: set(b), from: .statistics(set(a).statistics()), resampleCount: 0)
    #expect(fixed.distance == found.distance && fixed.referenceClipCount == found.referenceClipCount)
  }

  @Test func theIntervalLiesAroundTheDistance() throws {
    let (a, b) = (try reference.rows("embeddings_a"), try reference.rows("embeddings_b"))
    for source in [FrechetEstimate.Reference.clips(try set(a, named: "a")), .statistics(try set(a).statistics())] {
      let found = try FrechetEstimate(of: set(b), from: source)
      let interval = try #require(found.interval)
      #expect(interval.estimate == found.distance)
      #expect(interval.lower < found.distance && found.distance < interval.upper)
      #expect(try FrechetEstimate(of: set(b), from: source) == found, "the seed decides")
    }
  }

  /// Clips of one file are drawn together: copies of a clip do not make the interval narrower.
  @Test func clipsOfOneFileAreOneUnit() throws {
    let files = try sample(seed: 3)
    func repeated(_ unit: (String) -> String?) throws -> EmbeddingSet {
      try EmbeddingSet(
        embedding: "test", dimension: 2,
        clips: files.clips.flatMap { clip in
          (0..<4).map { EmbeddingSet.Clip(name: "\(clip.name)@\($0)", values: clip.values, unit: unit(clip.name)) }
        })
    }
    var noise = TestNoise(seed: 99)
    let fixed = try EmbeddingSet(
      embedding: "test", dimension: 2, clips: [EmbeddingSet.Clip(name: "", values: noise.next(4_000))]
    ).statistics()
    func width(_ set: EmbeddingSet) throws -> Double {
      let interval = try #require(try FrechetEstimate(of: set, from: .statistics(fixed)).interval)
      return interval.upper - interval.lower
    }
    let expected = try width(files)
    #expect(abs(try width(repeated { $0 }) - expected) < 0.1 * expected)
    #expect(try width(repeated { _ in nil }) < 0.7 * expected)
    let few = try EmbeddingSet(
      embedding: "test", dimension: 2,
      clips: files.clips.enumerated().map { EmbeddingSet.Clip(name: $1.name, values: $1.values, unit: "\($0 % 3)") })
    #expect(try FrechetEstimate(of: few, from: .statistics(fixed)).interval == nil)
  }

  /// Originals of the clips that were decoded, without those that were left out.
  @Test func aSetKeepsClipsByName() throws {
    let all = try sample(seed: 3)
    let kept = try all.keeping(["7", "2", "none"])
    #expect(kept.clips == [all.clips[2], all.clips[7]])
  }

  /// Makes 40 clips of 3 embeddings in two dimensions; the first dimension differs in mean and spread from the
  /// reference.
  private func sample(seed: UInt64) throws -> EmbeddingSet {
    var noise = TestNoise(seed: seed)
    return try EmbeddingSet(
      embedding: "test", dimension: 2,
      clips: (0..<40).map { index in
        // Embeddings of a clip share a value, so that clips, not embeddings, vary independently.
        let clip = noise.next()
        return EmbeddingSet.Clip(name: "\(index)", values: (0..<3).flatMap { _ in [1 + clip, noise.next()] })
      })
  }

  /// The interval is about as wide as the spread of the distance over fresh clips.
  @Test func theIntervalIsAsWideAsFreshClipsAreApart() throws {
    var noise = TestNoise(seed: 99)
    let fixed = try EmbeddingSet(
      embedding: "test", dimension: 2, clips: [EmbeddingSet.Clip(name: "", values: noise.next(4_000))]
    ).statistics()
    let distances = try (0..<200 as Range<UInt64>).map { seed in
      try FrechetEstimate(of: sample(seed: seed), from: .statistics(fixed), resampleCount: 0).distance
    }
    let spread = try Percentile.value(at: 0.975, of: distances) - Percentile.value(at: 0.025, of: distances)
    let widths = try (0..<20 as Range<UInt64>).map { seed in
      let interval = try #require(try FrechetEstimate(of: sample(seed: seed), from: .statistics(fixed)).interval)
      return interval.upper - interval.lower
    }
    let width = try Percentile.value(at: 0.5, of: widths)
    #expect(width > 0.7 * spread && width < 1.3 * spread, "\(width), fresh clips \(spread)")
  }

  @Test func pairsAreDrawnTogether() throws {
    let clips = try sample(seed: 5)
    let found = try FrechetEstimate(of: clips, from: .clips(clips))
    #expect(found.distance < 1e-9)
    #expect(try #require(found.interval).upper < 1e-9)
  }

  /// More clips than groups and fewer embeddings than dimensions are accepted.
  @Test func manyClipsAndFewEmbeddingsAreLegal() throws {
    var noise = TestNoise(seed: 1)
    let many = try EmbeddingSet(
      embedding: "test", dimension: 8,
      clips: (0..<150).map { EmbeddingSet.Clip(name: "\($0)", values: noise.next(8)) })
    let few = try EmbeddingSet(
      embedding: "test", dimension: 8,
      clips: (0..<5).map { EmbeddingSet.Clip(name: "\($0)", values: noise.next(8)) })
    let found = try FrechetEstimate(of: few, from: .clips(many), resampleCount: 20)
    #expect(found.interval != nil && found.distance.isFinite)
    let three = try EmbeddingSet(embedding: "test", dimension: 8, clips: Array(few.clips.prefix(3)))
    #expect(try FrechetEstimate(of: three, from: .clips(many)).interval == nil)
  }

  @Test func refusesWhatDoesNotCompare() throws {
    let rows: [[Float]] = [[1, 2], [2, 1], [0, 4]]
    #expect(throws: EvaluationError.embeddingsDiffer(found: "other", expected: "test")) {
      try FrechetEstimate(of: set(rows, embedding: "other"), from: .clips(set(rows)))
    }
    #expect(throws: EvaluationError.embeddingWidthsDiffer(found: 2, expected: 1, row: 0)) {
      try FrechetEstimate(of: set(rows), from: .clips(set([[1], [2]])))
    }
    #expect(throws: EvaluationError.tooFewEmbeddings(found: 1, minimum: 2)) {
      try FrechetEstimate(of: set([[1, 2]]), from: .clips(set(rows)))
    }
    func clips(_ values: [Float], dimension: Int) throws -> EmbeddingSet {
      try EmbeddingSet(
        embedding: "test", dimension: dimension,
        clips: [EmbeddingSet.Clip(name: "a", values: [1, 2]), EmbeddingSet.Clip(name: "b", values: values)])
    }
    #expect(throws: EvaluationError.embeddingWidthsDiffer(found: 1, expected: 2, row: 2)) {
      try clips([1, 2, 3], dimension: 2)
    }
    #expect(throws: EvaluationError.embeddingNotFinite(row: 2)) { try clips([1, 2, .nan, 0], dimension: 2) }
    #expect(throws: EvaluationError.dimensionOutOfRange(found: 0, allowed: 1...4_096)) { try clips([], dimension: 0) }
    #expect(throws: EvaluationError.dimensionOutOfRange(found: 5_000, allowed: 1...4_096)) {
      try clips([], dimension: 5_000)
    }
  }
}

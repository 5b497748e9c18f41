import Dispatch
import Evaluation
import Foundation
import ModelStore
import Synchronization

/// Collector that makes a sweep's results from its cells.
///
/// The results depend only on the description, the cells and the reference statistics. A run that was stopped and
/// resumed, and shards that were merged, therefore give the same tables as an uninterrupted run, except for the times
/// of computation.
struct SweepCollector {
  private var description: SweepDescription
  private let store: CellStore
  private let references: [String: EmbeddingStatistics]
  private let threadCount: Int
  private let checkCancellation: @Sendable () throws -> Void
  /// Cell keys by the identifier of the condition, each list in the order of the clips.
  private let keys: [String: [String]]

  /// File of each clip, by the clip's name. Every bootstrap draws the clips of one file together.
  private let files: [String: String]

  private static let leastFileCount = 2

  /// Prepares the cell keys of all conditions.
  ///
  /// - Parameters:
  ///   - description: Description of the run; the collector fills in dimension and count of its embeddings.
  ///   - store: Store with the cells.
  ///   - references: Statistics by the name of the embedding, with which clips are compared instead of the originals.
  ///   - threadCount: Number of threads.
  ///   - checkCancellation: Closure that is called, partly from several threads, before the rows and before each
  ///     Fréchet distance of a condition are collected. An error of the closure stops the collector.
  /// - Throws: `ModelError.digestUnavailable`.
  init(
    _ description: SweepDescription, _ store: CellStore, references: [String: EmbeddingStatistics] = [:],
    threadCount: Int, checkCancellation: @escaping @Sendable () throws -> Void
  ) throws {
    self.description = description
    self.store = store
    self.references = references
    self.threadCount = threadCount
    self.checkCancellation = checkCancellation
    var keys: [String: [String]] = [:]
    for condition in description.conditions {
      let model = description.models.first { $0.name == condition.model }
      keys[condition.identifier] = try description.clips.map {
        try CellStore.key(condition, of: $0, model: model, opusVersion: description.versions["libopus"] ?? "")
      }
    }
    self.keys = keys
    files = Dictionary(description.clips.map { ($0.name, $0.file) }) { first, _ in first }
  }

  /// Reads the rows and computes summaries and Fréchet distances.
  ///
  /// - Throws: `EvaluationError` where embeddings cannot be compared, `ReplacingFileError` where a Fréchet distance
  ///   cannot be stored, `ModelError`, and the errors of `checkCancellation`.
  func results() throws -> SweepResults {
    let rows = try rows()
    let byCondition = Dictionary(grouping: rows, by: \.condition)
    var summaries = try description.conditions.compactMap { condition in
      try byCondition[condition.identifier].map { try summary(of: condition, $0) }
    }
    var description = description
    for (index, embedding) in description.embeddings.enumerated() {
      let (distances, facts) = try distances(embedding, byCondition)
      description.embeddings[index] = facts
      for position in summaries.indices {
        summaries[position].frechet[embedding.name] = distances[summaries[position].condition]
      }
    }
    return SweepResults(description: description, rows: rows, summaries: summaries)
  }

  /// Reads all rows that exist: by condition, then by clip.
  private func rows() throws -> [SweepRow] {
    try description.conditions.flatMap { condition in
      try checkCancellation()
      return zip(description.clips, keys[condition.identifier] ?? []).compactMap { clip, key in
        store.row(key, clip: clip.name)
      }
    }
  }

  private func summary(of condition: SweepCondition, _ rows: [SweepRow]) throws -> SweepSummary {
    let counted = rows.filter { $0.outcome == .ok }
    var values: [Metric: SweepEstimate] = [:]
    for metric in Metric.ofClips { values[metric] = try mean(counted) { $0.values[metric] } }
    return SweepSummary(
      condition: condition.identifier, clipCount: counted.count, leftOutCount: rows.count - counted.count,
      payloadBps: try mean(counted, \.payloadBps), fileBps: try mean(counted, \.fileBps),
      values: values, frechet: [:],
      flagCounts: rows.flatMap(\.flags).reduce(into: [:]) { $0[$1, default: 0] += 1 })
  }

  /// Mean of a value over rows, with its bootstrap interval over files. Nil if no row has the value; without an
  /// interval if all rows with the value are of one file.
  private func mean(_ rows: [SweepRow], _ figure: (SweepRow) -> Double?) throws -> SweepEstimate? {
    let found = rows.compactMap { row in figure(row).map { (value: $0, file: files[row.clip] ?? row.clip) } }
    guard !found.isEmpty else { return nil }
    guard Set(found.map(\.file)).count >= Self.leastFileCount else {
      let mean = found.reduce(0.0) { $0 + $1.value } / Double(found.count)
      return SweepEstimate(value: mean, lower: nil, upper: nil)
    }
    let interval = try ConfidenceInterval(meanOf: found.map(\.value), units: found.map(\.file))
    return SweepEstimate(value: interval.estimate, lower: interval.lower, upper: interval.upper)
  }

  // MARK: Fréchet distances

  /// Fréchet distances by the identifier of the condition, without conditions that have too few embeddings; and
  /// `embedding` with its dimension and reference count filled in.
  private func distances(
    _ embedding: SweepDescription.Embedding, _ rows: [String: [SweepRow]]
  ) throws -> ([String: SweepEstimate], SweepDescription.Embedding) {
    let originals = try originals(embedding)
    var facts = embedding
    facts.dimension = originals?.dimension ?? 0
    let reference = references[embedding.name]
    facts.referenceCount = reference?.gaussian.embeddingCount ?? originals?.embeddingCount ?? 0
    guard let originals else { return ([:], facts) }

    let conditions = description.conditions
    let found = Mutex<[String: SweepEstimate]>([:])
    let failure = Mutex<(any Error)?>(nil)
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: max(1, min(threadCount, conditions.count))) { _ in
      while failure.withLock({ $0 == nil }) {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < conditions.count else { break }
        let identifier = conditions[index].identifier
        do {
          try checkCancellation()
          let estimate = try estimate(embedding, rows[identifier] ?? [], originals, reference)
          found.withLock { $0[identifier] = estimate }
        } catch {
          failure.withLock { $0 = $0 ?? error }
        }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return (found.withLock { $0 }, facts)
  }

  /// Embeddings of the original clips; nil where no clip has any.
  private func originals(_ embedding: SweepDescription.Embedding) throws -> EmbeddingSet? {
    let original = SweepCondition(.original)
    return try set(
      embedding,
      description.clips.map { clip in
        (clip.name, try CellStore.key(original, of: clip, model: nil, opusVersion: ""))
      })
  }

  private func set(
    _ embedding: SweepDescription.Embedding, _ clips: [(name: String, key: String)]
  ) throws -> EmbeddingSet? {
    var dimension = 0
    let found = clips.compactMap { clip -> EmbeddingSet.Clip? in
      guard let windows = store.embedding(embedding.source, of: clip.key) else { return nil }
      dimension = max(dimension, windows.dimension)
      return EmbeddingSet.Clip(name: clip.name, values: windows.values, unit: files[clip.name])
    }
    guard dimension > 0 else { return nil }
    return try EmbeddingSet(embedding: embedding.source, dimension: dimension, clips: found)
  }

  /// Fréchet distance of one condition, from the store or computed; nil where there are too few embeddings.
  ///
  /// Without reference statistics, the clips that the condition leaves out are left out of the originals, too. The
  /// distance of two sets of different clips would depend on the clips' music more than on the codec.
  private func estimate(
    _ embedding: SweepDescription.Embedding, _ rows: [SweepRow], _ originals: EmbeddingSet,
    _ reference: EmbeddingStatistics?
  ) throws -> SweepEstimate? {
    let counted = Set(rows.filter { $0.outcome == .ok }.map(\.clip))
    guard let condition = rows.first?.condition, let keys = keys[condition] else { return nil }
    let clips = zip(description.clips, keys).filter { counted.contains($0.0.name) }.map { (name: $0.0.name, key: $0.1) }
    let key = try estimateKey(embedding, clips, reference)
    if let known = store.estimate(key) { return known }
    guard let decoded = try set(embedding, clips) else { return nil }
    let same = try originals.keeping(Set(decoded.clips.map(\.name)))
    guard min(decoded.embeddingCount, reference?.gaussian.embeddingCount ?? same.embeddingCount) >= 2 else {
      return nil
    }
    let estimate = try FrechetEstimate(
      of: decoded, from: reference.map(FrechetEstimate.Reference.statistics) ?? .clips(same))
    let found = SweepEstimate(
      value: estimate.distance, lower: estimate.interval?.lower, upper: estimate.interval?.upper)
    try store.write(found, key: key)
    return found
  }

  /// Key of a stored Fréchet distance: a hash of everything that the distance depends on. A distance takes seconds to
  /// compute.
  private func estimateKey(
    _ embedding: SweepDescription.Embedding, _ clips: [(name: String, key: String)], _ reference: EmbeddingStatistics?
  ) throws -> String {
    let hash = try SHA256()
    try hash.update("vampc sweep estimate 2\n\(embedding.source)\n".utf8)
    let counted = Set(clips.map(\.name))
    if let reference { try hash.update(try reference.encoded()) }
    for clip in description.clips where counted.contains(clip.name) {
      try hash.update("\(clip.contentHash) \(clip.file) \(clip.name)\n".utf8)
    }
    for clip in clips { try hash.update("\(clip.key)\n".utf8) }
    return try hash.finalised().hex
  }
}

import Evaluation
import Sweep

/// Index of the results by condition, with the name and style of each condition on the page.
struct SweepIndex: Sendable {
  let results: SweepResults
  private let summaries: [String: SweepSummary]
  private let rows: [String: [SweepRow]]
  /// Conditions in the order of the description, each once.
  let conditions: [SweepCondition]
  private let names: [String: String]
  private let seriesNames: [String: String]
  private let styles: [String: SeriesStyle]

  var description: SweepDescription { results.description }

  init(_ results: SweepResults) {
    self.results = results
    summaries = Dictionary(results.summaries.map { ($0.condition, $0) }) { first, _ in first }
    rows = Dictionary(grouping: results.rows, by: \.condition)
    let conditions = Self.merged(results.description.conditions)
    self.conditions = conditions
    names = ConditionNames.distinct(conditions)
    let hasManyModels = Set(conditions.compactMap(\.model)).count > 1
    var seriesNames: [String: String] = [:]
    var styles: [String: SeriesStyle] = [:]
    for condition in conditions {
      let name = ConditionNames.series(of: condition, hasManyModels: hasManyModels)
      seriesNames[condition.identifier] = name
      if styles[name] == nil, condition.method != .original { styles[name] = SeriesStyle(index: styles.count) }
    }
    // The original is a black diamond, which none of the first 27 series is.
    styles[SweepCondition(.original).series] = Self.originalStyle
    self.seriesNames = seriesNames
    self.styles = styles
  }

  func summary(of condition: SweepCondition) -> SweepSummary? { summaries[condition.identifier] }
  func rows(of condition: SweepCondition) -> [SweepRow] { rows[condition.identifier] ?? [] }
  /// Rows of a condition whose outcome is `ok`.
  func goodRows(of condition: SweepCondition) -> [SweepRow] { rows(of: condition).filter { $0.outcome == .ok } }
  /// Name of a condition, different for different conditions.
  func name(of condition: SweepCondition) -> String { names[condition.identifier] ?? condition.identifier }
  func name(ofIdentifier identifier: String) -> String { names[identifier] ?? identifier }
  func series(of condition: SweepCondition) -> String { seriesNames[condition.identifier] ?? condition.series }
  /// Number of series, the original included. Styles from this number on belong to no series, except for style 27, the
  /// style of the original.
  var styleCount: Int { styles.count }
  func style(ofSeries series: String) -> SeriesStyle { styles[series] ?? Self.originalStyle }

  private static let originalStyle = SeriesStyle(index: 27)

  /// Conditions without repetitions: a condition of several presets stays once, with the figures of all its presets.
  private static func merged(_ conditions: [SweepCondition]) -> [SweepCondition] {
    var merged: [SweepCondition] = []
    var places: [String: Int] = [:]
    for condition in conditions {
      if let place = places[condition.identifier] {
        merged[place].figures += condition.figures.filter { !merged[place].figures.contains($0) }
      } else {
        places[condition.identifier] = merged.count
        merged.append(condition)
      }
    }
    return merged
  }

  /// Whether a condition keeps all tokens of a model in the description, and therefore measures the codec alone.
  func isCodecAlone(_ condition: SweepCondition) -> Bool {
    guard condition.method == .vampc, condition.prompt == nil || condition.prompt == .periodic,
      condition.period ?? 1 == 1, let model = description.models.first(where: { $0.name == condition.model })
    else { return false }
    return condition.codebooks ?? 0 >= model.codebookCount
  }

  /// Metrics with a finite value in at least one summary.
  var presentMetrics: [Metric] {
    Metric.ofClips.filter { metric in
      results.summaries.contains { $0.values[metric]?.value.isFinite == true }
    }
  }

  /// Names of the embeddings: names in the description, then names that only summaries have.
  var embeddingNames: [String] {
    var names = description.embeddings.map(\.name)
    for summary in results.summaries {
      for name in summary.frechet.keys.sorted() where !names.contains(name) { names.append(name) }
    }
    return names
  }
}

extension SweepSummary {
  /// Estimate of a metric for a chart; nil if all clips are left out, or if the value is missing or cannot be drawn.
  func point(_ metric: Metric) -> SweepEstimate? { clipCount > 0 ? values[metric].flatMap(\.ifFinite) : nil }
  /// Estimate of a Fréchet distance, by the embedding's name, for a chart; nil if all clips are left out, or if the
  /// value is missing or cannot be drawn.
  func frechetPoint(_ embedding: String) -> SweepEstimate? {
    clipCount > 0 ? frechet[embedding].flatMap(\.ifFinite) : nil
  }
}

extension SweepEstimate {
  /// Estimate that a chart can show; nil where the value cannot be drawn (`ChartScale.canShow`), without bounds where a
  /// bound is missing or cannot be drawn.
  var ifFinite: SweepEstimate? {
    guard ChartScale.canShow(value) else { return nil }
    guard let lower, let upper, ChartScale.canShow(lower), ChartScale.canShow(upper) else {
      return SweepEstimate(value: value, lower: nil, upper: nil)
    }
    return self
  }
}

import Sweep

/// The results by condition, and what each condition is called and looks like on the page.
struct SweepIndex: Sendable {
  let results: SweepResults
  private let summaries: [String: SweepSummary]
  private let rows: [String: [SweepRow]]
  /// In the order of the description, each once.
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
    // Black, with a marker that no early series has, whatever else there is.
    styles[SweepCondition(.original).series] = Self.originalStyle
    self.seriesNames = seriesNames
    self.styles = styles
  }

  func summary(of condition: SweepCondition) -> SweepSummary? { summaries[condition.identifier] }
  func rows(of condition: SweepCondition) -> [SweepRow] { rows[condition.identifier] ?? [] }
  /// Rows that count.
  func goodRows(of condition: SweepCondition) -> [SweepRow] { rows(of: condition).filter { $0.outcome == .ok } }
  /// Distinct for distinct conditions.
  func name(of condition: SweepCondition) -> String { names[condition.identifier] ?? condition.identifier }
  func name(ofIdentifier identifier: String) -> String { names[identifier] ?? identifier }
  func series(of condition: SweepCondition) -> String { seriesNames[condition.identifier] ?? condition.series }
  /// Styles from this index on belong to no series.
  var styleCount: Int { styles.count }
  func style(ofSeries series: String) -> SeriesStyle { styles[series] ?? Self.originalStyle }

  private static let originalStyle = SeriesStyle(index: 27)

  /// A condition that two presets name is one, of both presets' figures.
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

  /// Whether a condition keeps all tokens: the codec alone.
  func isCodecAlone(_ condition: SweepCondition) -> Bool {
    guard condition.method == .vampc, condition.prompt == nil || condition.prompt == .periodic,
      condition.period ?? 1 == 1, let model = description.models.first(where: { $0.name == condition.model })
    else { return false }
    return condition.codebooks ?? 0 >= model.codebookCount
  }

  /// Metrics that at least one summary has a finite value for.
  var presentMetrics: [SweepMetric] {
    SweepMetric.allCases.filter { metric in
      results.summaries.contains { $0.values[metric]?.value.isFinite == true }
    }
  }

  /// Embeddings by the description, then those that only summaries know.
  var embeddingNames: [String] {
    var names = description.embeddings.map(\.name)
    for summary in results.summaries {
      for name in summary.frechet.keys.sorted() where !names.contains(name) { names.append(name) }
    }
    return names
  }
}

extension SweepSummary {
  /// The estimate of a metric where the condition may be a point of a curve.
  func point(_ metric: SweepMetric) -> SweepEstimate? { clipCount > 0 ? values[metric].flatMap(\.ifFinite) : nil }
  func frechetPoint(_ embedding: String) -> SweepEstimate? {
    clipCount > 0 ? frechet[embedding].flatMap(\.ifFinite) : nil
  }
}

extension SweepEstimate {
  /// Nil where the value is no number that a chart can show; without bounds where those are none.
  var ifFinite: SweepEstimate? {
    guard ChartScale.canShow(value) else { return nil }
    guard let lower, let upper, ChartScale.canShow(lower), ChartScale.canShow(upper) else {
      return SweepEstimate(value: value, lower: nil, upper: nil)
    }
    return self
  }
}

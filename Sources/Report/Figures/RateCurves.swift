import Sweep

/// Curves of a figure against the rate that the files really have.
struct RateCurves: Sendable {
  let index: SweepIndex
  private let conditions: [SweepCondition]

  /// Figures 3 and 4 of the paper vary what costs no bits; what belongs to them alone would only crowd the curves.
  private static let otherFigures: Set<String> = ["figure3", "figure4"]

  init(_ index: SweepIndex) {
    self.index = index
    let all = index.conditions.filter { index.summary(of: $0)?.fileBps?.ifFinite != nil }
    let chosen = all.filter { $0.figures.isEmpty || !Self.otherFigures.isSuperset(of: $0.figures) }
    conditions = chosen.isEmpty ? all : chosen
  }

  /// Every chart of the sweep, the mel distance and the Fréchet distances first.
  var charts: [LineChart] {
    let metrics = index.presentMetrics.filter(\.hasCurve)
    let first = metrics.prefix { $0 == .mel }.map(chart(of:))
    let rest = metrics.drop { $0 == .mel }.map(chart(of:))
    var charts = (first + index.embeddingNames.map(chart(ofEmbedding:)) + rest).filter { !$0.series.isEmpty }
    // Embeddings of similar names must not share a file.
    var taken: Set<String> = []
    for place in charts.indices {
      let name = charts[place].name
      var number = 2
      while !taken.insert(charts[place].name).inserted {
        charts[place].name = "\(name)-\(number)"
        number += 1
      }
    }
    return charts
  }

  private func chart(of metric: SweepMetric) -> LineChart {
    chart(
      name: "rate-\(Slug.of(metric.rawValue))", figure: metric.title, direction: metric.direction,
      includesZero: metric.isDistance
    ) { $0.point(metric) }
  }

  private func chart(ofEmbedding name: String) -> LineChart {
    chart(
      name: "rate-frechet-\(Slug.of(name))", figure: "Fréchet distance (\(name))", direction: "lower is better",
      includesZero: true
    ) { $0.frechetPoint(name) }
  }

  private func chart(
    name: String, figure: String, direction: String?, includesZero: Bool, estimate: (SweepSummary) -> SweepEstimate?
  ) -> LineChart {
    var groups: [(name: String, points: [LineChart.Point])] = []
    for condition in conditions {
      guard let summary = index.summary(of: condition), let rate = summary.fileBps?.ifFinite,
        let value = estimate(summary)
      else { continue }
      let series = curveName(of: condition)
      let point = point(condition, summary: summary, rate: rate, value: value, figure: figure)
      if let place = groups.firstIndex(where: { $0.name == series }) {
        groups[place].points.append(point)
      } else {
        groups.append((series, [point]))
      }
    }
    let series = groups.map { group in
      LineChart.Series(
        name: group.name, style: style(of: group.name), points: group.points.sorted { ($0.x, $0.y) < ($1.x, $1.y) })
    }
    let count = series.reduce(0) { $0 + $1.points.count }
    return LineChart(
      name: name,
      title: "\(figure.prefix(1).uppercased())\(figure.dropFirst())\(figure.contains(", ") ? "," : "") against rate",
      summary: """
        \(NumberText.count(count, "point")) in \(series.count) series: \(series.map(\.name).joined(separator: "; ")). \
        The table of conditions holds the same figures.
        """,
      xLabel: "real rate of the whole file, kbit/s", yLabel: direction.map { "\(figure) · \($0)" } ?? figure,
      series: series, includesZero: includesZero)
  }

  private func point(
    _ condition: SweepCondition, summary: SweepSummary, rate: SweepEstimate, value: SweepEstimate, figure: String
  ) -> LineChart.Point {
    var tooltip = """
      \(index.name(of: condition)) (\(index.series(of: condition))): \(NumberText.kilobits(rate.value)) kbit/s, \
      \(figure) \(NumberText.short(value.value))
      """
    if let lower = value.lower, let upper = value.upper {
      tooltip += ", 95 % interval \(NumberText.short(lower)) to \(NumberText.short(upper))"
    }
    tooltip += ", \(NumberText.count(summary.clipCount, "clip"))"
    if summary.leftOutCount > 0 { tooltip += ", \(summary.leftOutCount) left out" }
    return LineChart.Point(
      x: rate.value / 1_000, y: value.value, lower: value.lower, upper: value.upper,
      label: ConditionNames.short(condition), tooltip: tooltip, condition: condition.identifier,
      isPartial: summary.leftOutCount > 0)
  }

  /// The series, and the number of steps or the seed where the same tokens were kept with several.
  private func curveName(of condition: SweepCondition) -> String {
    let series = index.series(of: condition)
    let others = conditions.filter {
      index.series(of: $0) == series && $0.codebooks == condition.codebooks && $0.period == condition.period
        && $0.method == .vampc
    }
    var name = series
    if Set(others.map(\.coarseSteps)).count > 1, let steps = condition.coarseSteps {
      name += ", \(NumberText.count(steps, "step"))"
    }
    if Set(others.map(\.seed)).count > 1, let seed = condition.seed { name += ", seed \(seed)" }
    return name
  }

  /// A curve that is split off a series looks like none of the series.
  private func style(of curve: String) -> SeriesStyle {
    let names = conditions.map(curveName)
    let series = Set(conditions.map(index.series))
    if series.contains(curve) { return index.style(ofSeries: curve) }
    var extra: [String] = []
    for name in names where !series.contains(name) && !extra.contains(name) { extra.append(name) }
    return SeriesStyle(index: 7 + (extra.firstIndex(of: curve) ?? 0))
  }
}

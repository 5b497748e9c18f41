import Evaluation
import Sweep

/// Charts of each measured metric with `Metric.hasCurve`, and of each Fréchet distance, against the bitrate of the
/// encoded files. The bitrate counts all bytes of a file, not the kept tokens alone.
struct RateCurves: Sendable {
  let index: SweepIndex
  private let conditions: [SweepCondition]

  /// Prefix of the names of these charts, which are also file names.
  static let namePrefix = "rate-"
  /// Name of the chart of the mel distance, which the page shows first.
  static let melDistanceName = namePrefix + Slug.of(Metric.melDistance.id)

  /// Presets whose conditions vary settings that cost no bits. Conditions of these presets alone would crowd the
  /// charts. They are drawn only in a sweep without other conditions.
  private static let otherFigures: Set<String> = ["figure3", "figure4", "figure3-published", "figure4-published"]

  init(_ index: SweepIndex) {
    self.index = index
    let all = index.conditions.filter { index.summary(of: $0)?.fileBps?.ifFinite != nil }
    let chosen = all.filter { $0.figures.isEmpty || !Self.otherFigures.isSuperset(of: $0.figures) }
    conditions = chosen.isEmpty ? all : chosen
  }

  /// Charts with at least one point, in this order: the mel distance, the Fréchet distance of each embedding, the other
  /// metrics with `Metric.hasCurve`.
  var charts: [LineChart] {
    let metrics = index.presentMetrics.filter(\.hasCurve)
    let first = metrics.prefix { $0 == .melDistance }.map(chart(of:))
    let rest = metrics.drop { $0 == .melDistance }.map(chart(of:))
    var charts = (first + index.embeddingNames.map(chart(ofEmbedding:)) + rest).filter { !$0.series.isEmpty }
    // Charts of embeddings with similar names need distinct file names.
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

  private func chart(of metric: Metric) -> LineChart {
    chart(
      name: "\(Self.namePrefix)\(Slug.of(metric.id))", figure: metric.heading, direction: metric.directionText,
      includesZero: metric.isDistance
    ) { $0.point(metric) }
  }

  private func chart(ofEmbedding name: String) -> LineChart {
    chart(
      name: "\(Self.namePrefix)frechet-\(Slug.of(name))", figure: "\(Metric.frechetDistance.title) (\(name))",
      direction: Metric.frechetDistance.directionText, includesZero: true
    ) { $0.frechetPoint(name) }
  }

  private func chart(
    name: String, figure: String, direction: String?, includesZero: Bool, estimate: (SweepSummary) -> SweepEstimate?
  ) -> LineChart {
    var groups: [(curve: Curve, points: [LineChart.Point])] = []
    for condition in conditions {
      guard let summary = index.summary(of: condition), let rate = summary.fileBps?.ifFinite,
        let value = estimate(summary)
      else { continue }
      let curve = self.curve(of: condition)
      let point = self.point(condition, summary: summary, rate: rate, value: value, figure: figure)
      if let place = groups.firstIndex(where: { $0.curve == curve }) {
        groups[place].points.append(point)
      } else {
        groups.append((curve, [point]))
      }
    }
    let series = groups.map { group in
      let name = self.name(of: group.curve)
      return LineChart.Series(
        name: name, style: style(of: name), points: group.points.sorted { ($0.x, $0.y) < ($1.x, $1.y) })
    }
    let count = series.reduce(0) { $0 + $1.points.count }
    var names: [String] = []
    for one in series where !names.contains(one.name) { names.append(one.name) }
    return LineChart(
      name: name,
      title: "\(figure.prefix(1).uppercased())\(figure.dropFirst())\(figure.contains(", ") ? "," : "") against rate",
      summary: """
        \(NumberText.count(count, "point")) in \(names.count) series: \(names.joined(separator: "; ")). \
        The table of conditions has the same figures.
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
      label: label(of: condition), tooltip: tooltip, condition: condition.identifier,
      isPartial: summary.leftOutCount > 0)
  }

  /// Key of a curve. Conditions of vampc that differ in coarse steps or seed lie on different curves. Other conditions
  /// of a series share one curve.
  private struct Curve: Hashable {
    var series: String
    var steps: Int?
    var seed: UInt32?
  }

  private func curve(of condition: SweepCondition) -> Curve {
    guard condition.method == .vampc else { return Curve(series: index.series(of: condition)) }
    return Curve(series: index.series(of: condition), steps: condition.coarseSteps, seed: condition.seed)
  }

  /// Name of a curve in the legend: the name of its series. The number of coarse steps is appended if the series has
  /// several numbers of steps, and one of these numbers occurs with several pairs of codebooks and period. Curves that
  /// differ only by seed share a name.
  private func name(of curve: Curve) -> String {
    guard hasCurves(bySteps: curve.series), let steps = curve.steps else { return curve.series }
    return "\(curve.series), \(NumberText.count(steps, "step"))"
  }

  private func hasCurves(bySteps series: String) -> Bool {
    let members = conditions.filter { index.series(of: $0) == series }
    let bySteps = Dictionary(grouping: members, by: \.coarseSteps)
    return bySteps.count > 1 && bySteps.values.contains { Set($0.map(rateKey)).count > 1 }
  }

  /// Key of the kept tokens of a periodic prompt: number of codebooks and period. The key ignores the width of other
  /// prompts.
  private func rateKey(_ condition: SweepCondition) -> [Int?] { [condition.codebooks, condition.period] }

  /// Label beside a point: the number of coarse steps if the series has several numbers of steps, and each of these
  /// numbers occurs with only one pair of codebooks and period; otherwise ``ConditionNames/short(_:)``.
  private func label(of condition: SweepCondition) -> String {
    let short = ConditionNames.short(condition)
    let series = index.series(of: condition)
    guard let steps = condition.coarseSteps, !hasCurves(bySteps: series) else { return short }
    let members = conditions.filter { index.series(of: $0) == series }
    return Set(members.map(\.coarseSteps)).count > 1 ? NumberText.count(steps, "step") : short
  }

  /// Style of the curve with this name: the style of its series, or a style that no series has if the number of steps
  /// is part of the name.
  private func style(of name: String) -> SeriesStyle {
    let series = Set(conditions.map(index.series))
    if series.contains(name) { return index.style(ofSeries: name) }
    var extra: [String] = []
    for other in conditions.map({ self.name(of: curve(of: $0)) })
    where !series.contains(other) && !extra.contains(other) {
      extra.append(other)
    }
    return SeriesStyle(index: index.styleCount + (extra.firstIndex(of: name) ?? 0))
  }
}

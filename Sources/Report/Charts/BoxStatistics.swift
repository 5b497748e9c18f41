import Evaluation

/// What a box plot shows of a set of values.
package struct BoxStatistics: Equatable, Sendable {
  package let count: Int
  package let lowerQuartile: Double
  package let median: Double
  package let upperQuartile: Double
  /// The outermost values within 1.5 interquartile ranges of the box (Tukey); what lies beyond is not drawn.
  package let lowerWhisker: Double
  package let upperWhisker: Double

  /// Nil without any value that can be drawn.
  package init?(_ values: [Double]) {
    let values = values.filter(ChartScale.canShow)
    guard let lower = try? Percentile.value(at: 0.25, of: values),
      let median = try? Percentile.value(at: 0.5, of: values),
      let upper = try? Percentile.value(at: 0.75, of: values)
    else { return nil }
    count = values.count
    lowerQuartile = lower
    self.median = median
    upperQuartile = upper
    let reach = 1.5 * (upper - lower)
    // A quartile lies between values: with few of them none may lie between it and the reach.
    lowerWhisker = min(lower, values.filter { $0 >= lower - reach }.min() ?? lower)
    upperWhisker = max(upper, values.filter { $0 <= upper + reach }.max() ?? upper)
  }
}

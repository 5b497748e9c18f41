import Evaluation

/// Statistics of a set of values for a box plot. Values that are not finite, and values of a magnitude of 1e30 or more,
/// are ignored.
package struct BoxStatistics: Equatable, Sendable {
  /// Number of values that the statistics cover.
  package let count: Int
  package let lowerQuartile: Double
  package let median: Double
  package let upperQuartile: Double
  /// Lower end of the lower whisker: the lowest value that is at most 1.5 interquartile ranges below the lower quartile
  /// (Tukey), but never above the lower quartile. Values beyond the whiskers are not drawn.
  package let lowerWhisker: Double
  /// Upper end of the upper whisker: the highest value that is at most 1.5 interquartile ranges above the upper
  /// quartile (Tukey), but never below the upper quartile.
  package let upperWhisker: Double

  /// Computes the statistics; nil if `values` is empty or all values are ignored.
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
    // A quartile is interpolated. With few values, there may be no value between a quartile and its whisker limit.
    lowerWhisker = min(lower, values.filter { $0 >= lower - reach }.min() ?? lower)
    upperWhisker = max(upper, values.filter { $0 <= upper + reach }.max() ?? upper)
  }
}

/// Percentiles with linear interpolation between neighbouring values, as in `numpy.percentile`.
public enum Percentile {
  /// Computes a percentile of unsorted values.
  ///
  /// - Throws: `EvaluationError.tooFewValues` where `values` is empty.
  /// - Precondition: `fraction` lies in 0...1, where 0.5 is the median.
  public static func value(at fraction: Double, of values: [Double]) throws(EvaluationError) -> Double {
    guard !values.isEmpty else { throw .tooFewValues(found: 0, minimum: 1) }
    return value(at: fraction, ofSorted: values.sorted())
  }

  static func value(at fraction: Double, ofSorted values: [Double]) -> Double {
    precondition((0...1).contains(fraction), "percentile fraction lies outside 0...1")
    let position = fraction * Double(values.count - 1)
    let lower = Int(position)
    let upper = min(lower + 1, values.count - 1)
    return values[lower] + (values[upper] - values[lower]) * (position - Double(lower))
  }
}

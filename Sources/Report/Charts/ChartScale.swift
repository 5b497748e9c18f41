import Foundation

/// Scale of an axis: its range of values and its ticks.
package struct ChartScale: Equatable, Sendable {
  /// Kind of a scale: along the axis, values (linear) or their logarithms grow evenly.
  package enum Kind: String, CaseIterable, Sendable {
    case linear
    case logarithmic
  }

  /// Whether the scale is linear or logarithmic.
  package let kind: Kind
  /// Range of values that the axis covers.
  package let domain: ClosedRange<Double>
  /// Values at which the axis has ticks, ascending.
  package let ticks: [Double]

  /// Position of `value` on the axis: 0 at the lower end, 1 at the upper end, outside 0...1 for values beyond the ends.
  package func fraction(of value: Double) -> Double {
    let (low, high, place) =
      kind == .linear
      ? (domain.lowerBound, domain.upperBound, value)
      : (log10(domain.lowerBound), log10(domain.upperBound), log10(max(value, .leastNormalMagnitude)))
    return (place - low) / (high - low)
  }

  /// Creates a scale that covers the given values.
  ///
  /// Values are ignored if they are not finite, if their magnitude is 1e30 or more, or, on a logarithmic axis, if they
  /// are at most 1e-30.
  ///
  /// - Parameters:
  ///   - kind: Linear or logarithmic.
  ///   - values: Values in any order.
  ///   - includingZero: Whether a linear axis also covers 0; has no effect on a logarithmic axis.
  ///   - tickCount: Approximate number of ticks; less than 2 counts as 2.
  package init(_ kind: Kind, covering values: [Double], includingZero: Bool = false, tickCount: Int = 6) {
    self.kind = kind
    let usable = values.filter { Self.canShow($0) && (kind == .linear || $0 > Self.smallest) }
    switch kind {
    case .linear:
      (domain, ticks) = Self.linear(
        usable.map { abs($0) < Self.smallest ? 0 : $0 } + (includingZero ? [0] : []), tickCount: max(2, tickCount))
    case .logarithmic: (domain, ticks) = Self.logarithmic(usable, tickCount: max(2, tickCount))
    }
  }

  /// Texts of the ticks, in the order of ``ticks``. On a linear axis all texts have the same number of decimals, except
  /// where 6 decimals are too few or the last tick reaches 1e7.
  package var tickTexts: [String] {
    guard kind == .linear, ticks.count > 1 else { return ticks.map(NumberText.tick) }
    let step = ticks[1] - ticks[0]
    let decimals = (0...6).first {
      abs((step * pow(10, Double($0))).rounded() / pow(10, Double($0)) - step) < step * 1e-6
    }
    guard let decimals, let last = ticks.last, abs(last) < 1e7 else { return ticks.map(NumberText.short) }
    return ticks.map { NumberText.fixed($0, decimals: decimals) }
  }

  /// Whether a linear axis can show the value: a finite value of a magnitude below 1e30.
  static func canShow(_ value: Double) -> Bool { value.isFinite && abs(value) < largest }

  /// Limits of the magnitudes for which sums and powers of ten are safe to compute.
  private static let largest = 1e30
  private static let smallest = 1e-30

  private static func linear(_ values: [Double], tickCount: Int) -> (ClosedRange<Double>, [Double]) {
    var low = values.min() ?? 0
    var high = values.max() ?? 1
    if high - low <= max(abs(low), abs(high)) * 1e-9 {
      let margin = low == 0 ? 1 : abs(low) / 2
      if low == 0 || low > 0 { high += margin }
      if low != 0 { low -= margin }
    }
    let rough = (high - low) / Double(tickCount)
    let power = pow(10, log10(rough).rounded(.down))
    let step = [1, 2, 2.5, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? 10 * power
    // The first tick is at or below the lowest value, the last tick at or above the highest one.
    let first = (low / step + 1e-9).rounded(.down)
    let last = (high / step - 1e-9).rounded(.up)
    let ticks = stride(from: first, through: last, by: 1).map { $0 * step }
    return (first * step...last * step, ticks)
  }

  private static func logarithmic(_ values: [Double], tickCount: Int) -> (ClosedRange<Double>, [Double]) {
    let low = (values.min() ?? 1) / 1.3
    let high = max((values.max() ?? 10) * 1.3, low * 2)
    let decades = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
    let sets: [[Double]] = [[1, 1.5, 2, 3, 4, 5, 6, 8], [1, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]]
    for mantissas in sets {
      let ticks = decades.flatMap { decade in mantissas.map { $0 * pow(10, Double(decade)) } }
        .filter { (low...high).contains($0) }
      if ticks.count <= tickCount + 3 { return (low...high, ticks) }
    }
    return (low...high, [low, high])
  }
}

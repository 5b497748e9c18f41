import Foundation

/// An axis: which values it covers and where its ticks stand.
package struct ChartScale: Equatable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    case linear
    case logarithmic
  }

  package let kind: Kind
  package let domain: ClosedRange<Double>
  package let ticks: [Double]

  /// Where `value` lies, 0 at the lower end and 1 at the upper; outside for values outside.
  package func fraction(of value: Double) -> Double {
    let (low, high, place) =
      kind == .linear
      ? (domain.lowerBound, domain.upperBound, value)
      : (log10(domain.lowerBound), log10(domain.upperBound), log10(max(value, .leastNormalMagnitude)))
    return (place - low) / (high - low)
  }

  /// Values that have no place on the axis (not finite, or not positive on a logarithmic one) are passed over.
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

  /// Text of the ticks, all with the same number of decimals on a linear axis.
  package var tickTexts: [String] {
    guard kind == .linear, ticks.count > 1 else { return ticks.map(NumberText.tick) }
    let step = ticks[1] - ticks[0]
    let decimals = (0...6).first {
      abs((step * pow(10, Double($0))).rounded() / pow(10, Double($0)) - step) < step * 1e-6
    }
    guard let decimals, let last = ticks.last, abs(last) < 1e7 else { return ticks.map(NumberText.short) }
    return ticks.map { NumberText.fixed($0, decimals: decimals) }
  }

  /// Whether a linear axis has a place for the value.
  static func canShow(_ value: Double) -> Bool { value.isFinite && abs(value) < largest }

  /// Beyond these, sums and powers of ten are no longer safe to compute with.
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
    // A tick where the lowest value lies just above it, none that would leave most of a step empty.
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

extension NumberText {
  /// Shortest text of a round number: `0.05`, `2`, `1 000`.
  package static func tick(_ value: Double) -> String {
    let decimals = (0...6).first { abs((value * pow(10, Double($0))).rounded() / pow(10, Double($0)) - value) < 1e-9 }
    return decimals.map { fixed(value, decimals: $0) } ?? short(value)
  }
}

import Foundation
import Report
import Testing

@Suite struct ChartScaleTests {
  @Test func choosesRoundTicks() {
    let scale = ChartScale(.linear, covering: [0.3, 1.7], includingZero: true)
    #expect(scale.tickTexts == ["0.0", "0.5", "1.0", "1.5", "2.0"])
    #expect(scale.domain == 0...2)
    #expect(scale.fraction(of: 1) == 0.5)
  }

  @Test func spacesPowersEvenly() {
    let scale = ChartScale(.logarithmic, covering: [0.05, 24])
    #expect(scale.tickTexts.contains("0.1") && scale.tickTexts.contains("10"))
    let steps = [0.1, 1, 10].map(scale.fraction)
    #expect(abs((steps[1] - steps[0]) - (steps[2] - steps[1])) < 1e-12)
  }

  /// Every set of values gets an axis with some ticks, on which every finite value has a position.
  @Test(arguments: ChartScale.Kind.allCases)
  func coversAnything(kind: ChartScale.Kind) {
    let cases: [[Double]] = [
      [], [0], [5], [-5], [5, 5], [-1, 1], [.nan, .infinity, -.infinity], [.nan, 3], [1e-300, 1e300], [1e-12, 1e12],
      [0, 1e-9], [1_000_000, 1_000_001], [-3, -2], [.leastNonzeroMagnitude],
    ]
    for values in cases {
      for includingZero in [false, true] {
        let scale = ChartScale(kind, covering: values, includingZero: includingZero)
        #expect((1...60).contains(scale.ticks.count), "\(values): \(scale.ticks.count) ticks")
        #expect(scale.ticks.count == scale.tickTexts.count)
        #expect(scale.domain.lowerBound < scale.domain.upperBound, "\(values)")
        let usable = values.filter { $0.isFinite && abs($0) < 1e30 && (kind == .linear || $0 > 1e-30) }
        for value in usable { #expect((-1e-9...1 + 1e-9).contains(scale.fraction(of: value)), "\(value) of \(values)") }
      }
    }
  }
}

import Report
import Testing

@Suite struct NumberTextTests {
  @Test(arguments: [
    (0, "0"), (-0.004, "0"), (1.005, "1"), (-1.25, "-1.25"), (2.5, "2.5"), (0.07, "0.07"), (.nan, "0"), (1e300, "0"),
  ])
  func writesCoordinates(value: Double, text: String) {
    #expect(NumberText.coordinate(value) == text)
  }

  @Test(arguments: [
    (0, "0"), (1.2345, "1.23"), (0.012345, "0.0123"), (-12.345, "−12.3"), (12_345, "12\u{202F}345"),
    (-0.0001, "−0.000100"), (1e12, "1.00e+12"), (.infinity, "–"), (.nan, "–"),
  ])
  func writesThreeDigits(value: Double, text: String) {
    #expect(NumberText.short(value) == text)
  }

  @Test func writesRatesAndCounts() {
    #expect(NumberText.kilobits(57.4) == "0.057")
    #expect(NumberText.kilobits(8_047) == "8.05")
    #expect(NumberText.count(1, "clip") == "1 clip")
    #expect(NumberText.count(12_000, "clip") == "12\u{202F}000 clips")
  }
}

import Report
import Testing

@Suite struct NumberTextTests {
  @Test func writesCoordinates() {
    #expect(NumberText.coordinate(-0.004) == "0")
  }
}

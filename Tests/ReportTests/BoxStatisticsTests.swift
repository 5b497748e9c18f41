import Report
import Testing

@Suite struct BoxStatisticsTests {
  @Test func leavesOutliersOut() throws {
    let box = try #require(BoxStatistics([1, 2, 3, 4, 5, 6, 7, 8, 9, 100]))
    // The quartiles agree with numpy.percentile.
    #expect((box.lowerQuartile, box.median, box.upperQuartile) == (3.25, 5.5, 7.75))
    #expect((box.lowerWhisker, box.upperWhisker) == (1, 9))
  }

  @Test func takesFewValues() throws {
    #expect(BoxStatistics([]) == nil)
    #expect(BoxStatistics([.nan]) == nil)
    let box = try #require(BoxStatistics([2]))
    #expect(box.lowerWhisker == 2 && box.upperWhisker == 2 && box.count == 1)
  }
}

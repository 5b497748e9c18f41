import Testing
import VampcKit

@Suite struct TimeRangeTests {
  private let beats = [0.5, 1, 1.5, 2, 2.5]

  private func snapped(_ start: Double, _ end: Double?) -> TimeRange {
    TimeRange(startSeconds: start, endSeconds: end).snapped(toBeats: beats)
  }

  @Test func movesEndsToTheNearestBeats() {
    #expect(snapped(0.9, 1.6) == TimeRange(startSeconds: 1, endSeconds: 1.5))
    #expect(snapped(0.9, nil) == TimeRange(startSeconds: 1))
    #expect(snapped(0, 1.6) == TimeRange(endSeconds: 1.5))
    #expect(snapped(0, nil) == TimeRange())
    #expect(snapped(0.1, 60) == TimeRange(startSeconds: 0.5, endSeconds: 2.5))
  }

  /// A segment that would have no length takes the beat that it lies in.
  @Test func shortSegmentsTakeAWholeBeat() {
    #expect(snapped(1.05, 1.2) == TimeRange(startSeconds: 1, endSeconds: 1.5))
    #expect(snapped(0.8, 0.95) == TimeRange(startSeconds: 0.5, endSeconds: 1))
    #expect(snapped(0.95, 1.1) == TimeRange(startSeconds: 1, endSeconds: 1.5))
    #expect(snapped(3, 4) == TimeRange(startSeconds: 3, endSeconds: 4))
  }

  @Test func withoutBeatsNothingMoves() {
    let segment = TimeRange(startSeconds: 1.1, endSeconds: 2.2)
    #expect(segment.snapped(toBeats: []) == segment)
    #expect(TimeRange(endSeconds: 2.2).snapped(toBeats: []) == TimeRange(endSeconds: 2.2))
  }
}

import Archive

/// Spans of time without any recording, found from recordings in the order of time.
struct ArchiveGaps {
  /// Span without a recording.
  struct Gap: Equatable {
    let start: ArchiveTime
    let end: ArchiveTime

    var seconds: Double { Double(end.microseconds - start.microseconds) / 1e6 }
  }

  private(set) var found: [Gap] = []
  private var coveredTo: ArchiveTime?

  /// Search for gaps in recordings that are still to be added.
  ///
  /// - Parameter start: Time from which the recordings should cover; nil for the start of the first recording.
  init(from start: ArchiveTime?) { coveredTo = start }

  /// Adds the next recording, in the order of their starts, and notes a gap before it.
  mutating func add(_ recording: ArchivedRecording) {
    note(upTo: recording.start)
    if coveredTo.map({ $0.microseconds < recording.end.microseconds }) ?? true { coveredTo = recording.end }
  }

  /// Notes a gap between the last recording and the end of the span.
  ///
  /// - Parameter end: Time up to which the recordings should cover; nil for the end of the last recording.
  mutating func finish(at end: ArchiveTime?) {
    guard let end else { return }
    note(upTo: end)
  }

  private mutating func note(upTo time: ArchiveTime) {
    guard let coveredTo, time.microseconds - coveredTo.microseconds >= ArchiveTimeline.leastMicroseconds else { return }
    found.append(Gap(start: coveredTo, end: time))
  }
}

import Archive

/// Spans of time without any recording, at least 1 ms long, found from recordings that are added in the order of their
/// starts.
struct ArchiveGaps {
  /// Span of time without a recording.
  struct Gap: Equatable {
    let start: ArchiveTime
    let end: ArchiveTime

    var seconds: Double { Double(end.microseconds - start.microseconds) / 1e6 }
  }

  private(set) var found: [Gap] = []
  private var coveredTo: ArchiveTime?

  /// Search for gaps in recordings that are still to be added.
  ///
  /// - Parameter start: Time from which on the recordings should leave no gap; nil for the start of the first
  ///   recording.
  init(from start: ArchiveTime?) { coveredTo = start }

  /// Adds the next recording in the order of starts, and notes a gap in front of the recording.
  mutating func add(_ recording: ArchivedRecording) {
    note(upTo: recording.start)
    if coveredTo.map({ $0.microseconds < recording.end.microseconds }) ?? true { coveredTo = recording.end }
  }

  /// Notes a gap between the latest end of all recordings and `end`.
  ///
  /// - Parameter end: Time up to which the recordings should leave no gap; nil for the latest end of all recordings.
  mutating func finish(at end: ArchiveTime?) {
    guard let end else { return }
    note(upTo: end)
  }

  private mutating func note(upTo time: ArchiveTime) {
    guard let coveredTo, time.microseconds - coveredTo.microseconds >= ArchiveTimeline.leastMicroseconds else { return }
    found.append(Gap(start: coveredTo, end: time))
  }
}

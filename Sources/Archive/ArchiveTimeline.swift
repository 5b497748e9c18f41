/// Gaps and overlaps of recordings that come in the order of time.
public struct ArchiveTimeline {
  private var latestEnd: Int?
  /// Longer ones than `leastMicroseconds`.
  public private(set) var gapCount = 0
  public private(set) var overlapCount = 0

  /// Below, it is the rounding of times.
  public static let leastMicroseconds = 1_000

  public init() {}

  /// Takes the next recording.
  ///
  /// - Returns: microseconds between the end of all before and its start, negative where they overlap; 0 where neither
  ///   is longer than rounding; nil for the first.
  public mutating func add(_ recording: ArchivedRecording) -> Int? {
    let end = recording.end.microseconds
    guard let before = latestEnd else {
      latestEnd = end
      return nil
    }
    latestEnd = max(before, end)
    let distance = recording.start.microseconds - before
    guard abs(distance) >= Self.leastMicroseconds else { return 0 }
    if distance > 0 { gapCount += 1 } else { overlapCount += 1 }
    return distance
  }
}

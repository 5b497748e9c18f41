/// Counter of gaps and overlaps between recordings; its caller adds the recordings in the order of their start.
public struct ArchiveTimeline {
  private var latestEnd: Int?
  /// Number of gaps of at least `leastMicroseconds`.
  public private(set) var gapCount = 0
  /// Number of overlaps of at least `leastMicroseconds`.
  public private(set) var overlapCount = 0

  /// Shortest gap or overlap that counts, in microseconds; shorter ones come from rounded times.
  public static let leastMicroseconds = 1_000

  /// Creates a timeline without recordings.
  public init() {}

  /// Adds the next recording.
  ///
  /// - Returns: Microseconds from the latest end of all recordings added before to the start of `recording`, negative
  ///   for an overlap; 0 for less than `leastMicroseconds`; `nil` for the first recording.
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

/// Segment of a recording, in seconds from its beginning.
public struct TimeRange: Equatable, Sendable {
  /// Start in seconds, at least 0.
  public let startSeconds: Double
  /// End in seconds, after `startSeconds`; nil for the end of the recording.
  public let endSeconds: Double?

  /// Segment from one time to another.
  ///
  /// - Precondition: the start is not negative, and the end is after the start.
  public init(startSeconds: Double = 0, endSeconds: Double? = nil) {
    precondition(startSeconds >= 0 && (endSeconds ?? .infinity) > startSeconds, "a segment of no length")
    self.startSeconds = startSeconds
    self.endSeconds = endSeconds
  }

  /// Segment whose ends are moved to the nearest beats. A segment whose ends have the same nearest beat becomes the
  /// whole time between this beat and the beat before or after it, or stays if there is no such beat. A start at 0 and
  /// an open end stay.
  ///
  /// - Parameter beatSeconds: Times of the beats in seconds, ascending. Without beats the segment stays as it is.
  public func snapped(toBeats beatSeconds: [Double]) -> TimeRange {
    func nearest(_ seconds: Double) -> Int? {
      beatSeconds.indices.min { abs(beatSeconds[$0] - seconds) < abs(beatSeconds[$1] - seconds) }
    }
    // The beginning of the recording is a start that no beat replaces.
    guard let first = startSeconds == 0 ? nil : nearest(startSeconds) else {
      let end = endSeconds.flatMap(nearest).map { beatSeconds[$0] }
      return end ?? 0 > startSeconds ? TimeRange(startSeconds: startSeconds, endSeconds: end) : self
    }
    guard let endSeconds, let last = nearest(endSeconds) else {
      return TimeRange(startSeconds: beatSeconds[first], endSeconds: endSeconds)
    }
    if first < last { return TimeRange(startSeconds: beatSeconds[first], endSeconds: beatSeconds[last]) }
    // Both ends are at one beat.
    let start = startSeconds < beatSeconds[first] && endSeconds <= beatSeconds[first] ? max(0, first - 1) : first
    guard start + 1 < beatSeconds.count, beatSeconds[start] < beatSeconds[start + 1] else { return self }
    return TimeRange(startSeconds: beatSeconds[start], endSeconds: beatSeconds[start + 1])
  }

  /// Largest sample number: more than any recording has, and small enough that the sum of two sample numbers does not
  /// overflow.
  private static let largestSample = 0x1p53

  /// Range of the segment's samples at `rateHz`, both ends rounded to the nearest sample; the upper bound is `Int.max`
  /// for an open end.
  func samples(atRateHz rateHz: Int) -> Range<Int> {
    func sample(_ seconds: Double) -> Int { Int(min((seconds * Double(rateHz)).rounded(), Self.largestSample)) }
    let start = sample(startSeconds)
    return start..<(endSeconds.map { max(start, sample($0)) } ?? .max)
  }
}

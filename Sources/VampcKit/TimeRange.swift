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

  /// Largest sample number: more than any recording has, and small enough that the sum of two does not overflow.
  private static let largestSample = 0x1p53

  /// Range of samples of the segment, rounded to the nearest.
  func samples(atRateHz rateHz: Int) -> Range<Int> {
    func sample(_ seconds: Double) -> Int { Int(min((seconds * Double(rateHz)).rounded(), Self.largestSample)) }
    let start = sample(startSeconds)
    return start..<(endSeconds.map { max(start, sample($0)) } ?? .max)
  }
}

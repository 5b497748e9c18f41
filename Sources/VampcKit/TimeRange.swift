/// A part of a recording, in seconds from its beginning.
public struct TimeRange: Equatable, Sendable {
  /// At least 0.
  public let startSeconds: Double
  /// After `startSeconds`; nil for the end of the recording.
  public let endSeconds: Double?

  /// - Precondition: the start is not negative, and the end is after it.
  public init(startSeconds: Double = 0, endSeconds: Double? = nil) {
    precondition(startSeconds >= 0 && (endSeconds ?? .infinity) > startSeconds, "a part of no length")
    self.startSeconds = startSeconds
    self.endSeconds = endSeconds
  }

  /// Sample numbers far beyond any recording, which still can be added.
  private static let largestSample = 0x1p53

  /// The nearest samples.
  func samples(atRateHz rateHz: Int) -> Range<Int> {
    func sample(_ seconds: Double) -> Int { Int(min((seconds * Double(rateHz)).rounded(), Self.largestSample)) }
    let start = sample(startSeconds)
    return start..<(endSeconds.map { max(start, sample($0)) } ?? .max)
  }
}

/// One pass over encoded samples.
protocol AudioDecoding: AnyObject {
  var sampleRateHz: Int { get }
  var channelCount: Int { get }
  /// Samples per channel, exactly; `nil` when only the end will tell.
  var sampleCount: Int? { get }
  /// Samples per channel as the file states them, trustworthy or not; `nil` when it states nothing.
  var statedSampleCount: Int? { get }
  var tags: [AudioTag] { get }
  var formatDescription: String { get }

  /// The next samples by channel, at least one and at most `count` each; `nil` at the end.
  func read(upTo count: Int) throws -> [[Float]]?
}

/// One way of getting samples out of an open file or pipe; ``AudioReader`` picks one.
protocol AudioSource: AudioDecoding {
  var isSeekable: Bool { get }

  /// Back to the first sample.
  func rewind() throws
}

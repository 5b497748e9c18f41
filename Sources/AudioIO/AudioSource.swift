import Signal

/// Decoder that reads an input once, from the first sample to the last.
protocol AudioDecoding: AnyObject {
  var sampleRateHz: Int { get }
  var channelCount: Int { get }
  /// Exact length in samples per channel; `nil` if unknown before the end.
  var sampleCount: Int? { get }
  /// Length in samples per channel as the file states it, exact or not; `nil` if the file states none.
  var statedSampleCount: Int? { get }
  /// Loudspeakers of the channels; `nil` if unknown.
  var speakerLayout: SpeakerLayout? { get }
  var tags: [AudioTag] { get }
  var formatDescription: String { get }

  /// Reads the next samples, at least one and at most `count` of each channel, or reports damage; `nil` at the end.
  ///
  /// - Throws: ``AudioIOError`` where the system fails to read, or the input has a feature that is not supported.
  func read(upTo count: Int) throws -> DecodedPart?
}

/// Decoder of one input format for an ``AudioReader``; a file can be read again from its first sample.
protocol AudioSource: AudioDecoding {
  var isSeekable: Bool { get }
  /// Name of the program that decodes the input; `nil` for an input that a library decodes.
  var helper: String? { get }
  /// Date and time at which the recording began; `nil` if the input does not state them.
  var broadcastOrigin: BroadcastOrigin? { get }
  /// Number of bytes behind the samples that are neither samples nor chunks nor tags.
  var unreadByteCount: Int { get }

  /// Returns to the first sample.
  ///
  /// - Throws: ``AudioIOError``; `.notSeekable` for a pipe without a temporary copy.
  func rewind() throws
}

extension AudioSource {
  var helper: String? { nil }
  var unreadByteCount: Int { 0 }
}

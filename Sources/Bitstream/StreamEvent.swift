/// Event of a decoder, in the order of the input.
public enum StreamEvent: Equatable, Sendable {
  /// Beginning of a stream; another stream may follow its trailer.
  case header(StreamHeader)
  /// Next block of the stream.
  case block(StreamBlock)
  /// End of the stream that the last header opened.
  case trailer(StreamTrailer)
  /// Damage to the input, only with `DamagePolicy.lenient`.
  case damage(StreamDamage)
}

/// Behaviour of a reader at a fault (`formats/container.md`, section 7).
public enum DamagePolicy: Sendable {
  /// Throws the first fault and reads no further.
  case strict
  /// Reports the damage and continues at the next intact record.
  case lenient
}

/// Damaged part of the input.
public struct StreamDamage: Equatable, Sendable {
  /// Byte range of the damage; empty if a part is missing.
  public var byteRange: Range<Int>
  /// Lost frames of the open stream, if the intact records around the damage show them; otherwise `nil`.
  ///
  /// The number of frames lost at the end of a stream without a trailer is unknown, as is the stream's length.
  public var lostFrames: Range<Int>?
  /// First fault of the damage.
  public var reason: BitstreamError

  /// Creates a description of damage.
  public init(byteRange: Range<Int>, lostFrames: Range<Int>?, reason: BitstreamError) {
    self.byteRange = byteRange
    self.lostFrames = lostFrames
    self.reason = reason
  }
}

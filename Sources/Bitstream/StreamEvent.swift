/// What a reader meets, in the order of the input.
public enum StreamEvent: Equatable, Sendable {
  /// A stream begins; after a trailer another one may follow.
  case header(StreamHeader)
  case block(StreamBlock)
  /// The stream that the last header opened is complete.
  case trailer(StreamTrailer)
  /// Something is lost; met with `DamagePolicy.lenient` only.
  case damage(StreamDamage)
}

/// What a reader does at the first fault.
public enum DamagePolicy: Sendable {
  /// Throws; nothing after the fault is read.
  case strict
  /// Reports it and goes on at the next intact record.
  case lenient
}

/// A part of the input that could not be used.
public struct StreamDamage: Equatable, Sendable {
  /// Where it lies; empty where something is missing altogether.
  public var byteRange: Range<Int>
  /// The frames of the open stream that went with it, when the records around tell; `nil` otherwise.
  ///
  /// When another header follows without a trailer, or none follows at all, the stream's end is lost and so is its
  /// length.
  public var lostFrames: Range<Int>?
  /// The first fault.
  public var reason: BitstreamError

  public init(byteRange: Range<Int>, lostFrames: Range<Int>?, reason: BitstreamError) {
    self.byteRange = byteRange
    self.lostFrames = lostFrames
    self.reason = reason
  }
}

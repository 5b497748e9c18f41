/// Damage in the input of a reader.
public struct StreamDamage: Equatable, Sendable {
  /// Byte range of the damage; empty where no bytes of the input are damaged, for example where records are missing.
  public var byteRange: Range<Int>
  /// Lost frames of the stream that is damaged, if the intact records around the damage show them; otherwise `nil`.
  ///
  /// The number of frames lost at the end of a stream without a trailer is unknown, as is the stream's length.
  public var lostFrames: Range<Int>?
  /// First fault of the damage.
  public var reason: BitstreamError

  /// Creates a description of damage; the values are not checked.
  public init(byteRange: Range<Int>, lostFrames: Range<Int>?, reason: BitstreamError) {
    self.byteRange = byteRange
    self.lostFrames = lostFrames
    self.reason = reason
  }
}

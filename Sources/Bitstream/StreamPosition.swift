/// A place inside a stream from which it can be read without what lies before.
public struct StreamPosition: Sendable {
  /// Of the stream; tags are empty.
  public let header: StreamHeader
  let headerBytes: [UInt8]
  /// Where a record of the stream begins.
  public let byteOffset: Int
  /// The frame that is due there.
  public let nextFrame: Int

  /// - Parameters:
  ///   - record: one of the stream's records that has its header.
  ///   - nextFrame: the first frame of the block at `byteOffset`.
  /// - Precondition: `record` has a header.
  public init(inStreamOf record: RecordWalk.IntactRecord, byteOffset: Int, nextFrame: Int) {
    guard let header = record.header, let headerBytes = record.headerBytes else {
      preconditionFailure("a record without a header")
    }
    self.header = header
    self.headerBytes = headerBytes
    self.byteOffset = byteOffset
    self.nextFrame = nextFrame
  }
}

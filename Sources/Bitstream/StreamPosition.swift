/// Position inside a stream from which a decoder can resume without the records before.
public struct StreamPosition: Sendable {
  /// Header of the stream, without tags.
  public let header: StreamHeader
  let headerBytes: [UInt8]
  /// Byte offset in the input of the record at which decoding resumes.
  public let byteOffset: Int
  /// Number of the frame that is due at `byteOffset`.
  public let nextFrame: Int

  /// Creates a position.
  ///
  /// - Parameters:
  ///   - record: Any record of the stream that has a header section.
  ///   - byteOffset: Byte offset in the input of the record at which decoding resumes.
  ///   - nextFrame: First frame of the block at `byteOffset`.
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

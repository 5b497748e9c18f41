/// Iterator over the streams of random-access bytes that reads only the first bytes of each record.
///
/// Checksums are not verified; see `RecordWalk`.
public struct StreamWalk {
  private var walk: RecordWalk

  /// Unverified content of one stream.
  public struct Outline: Sendable {
    /// Header of the stream, without tags.
    public let header: StreamHeader
    /// Byte range from the beginning of the start record to the end of the record with the trailer; the tags record
    /// lies before this range.
    public let byteRange: Range<Int>
    /// Frames of all blocks, counted from the beginning of the recording; empty for a stream without blocks.
    public let frames: Range<Int>
    /// Length in samples per channel at the source's rate.
    public let sampleCount: Int
    /// Number of blocks.
    public let blockCount: Int

    /// Duration of the stream in seconds.
    public var durationSeconds: Double { Double(sampleCount) / Double(header.sourceSampleRateHz) }
  }

  /// Creates an iterator.
  ///
  /// - Parameters:
  ///   - bytes: The input.
  ///   - byteOffset: Byte offset at which a stream begins.
  public init(_ bytes: any RandomAccessBytes, from byteOffset: Int = 0) {
    walk = RecordWalk(bytes, from: byteOffset)
  }

  /// Returns the outline of the next stream, or `nil` at the end of the input.
  ///
  /// - Throws: `BitstreamError` if the first bytes of a record or the order of records are invalid, or the error of
  ///   reading.
  public mutating func next() throws -> Outline? {
    var start: (header: StreamHeader, byteOffset: Int)?
    var frames: Range<Int>?
    var blockCount = 0
    while let record = try walk.next() {
      guard record.ancillaryType == nil else { continue }
      let offset = record.byteRange.lowerBound
      if record.isStart {
        guard start == nil else { throw BitstreamError.missingTrailer(byteOffset: offset) }
        start = record.header.map { ($0, offset) }
      }
      guard let start else { throw BitstreamError.missingStart(byteOffset: offset) }
      if let block = record.frames {
        if let frames, block.lowerBound != frames.upperBound {
          throw BitstreamError.frameGap(expected: frames.upperBound, found: block.lowerBound, byteOffset: offset)
        }
        frames = (frames?.lowerBound ?? block.lowerBound)..<block.upperBound
        blockCount += 1
      }
      guard let sampleCount = record.sampleCount else { continue }
      return Outline(
        header: start.header, byteRange: start.byteOffset..<record.byteRange.upperBound, frames: frames ?? 0..<0,
        sampleCount: sampleCount, blockCount: blockCount)
    }
    guard start == nil else { throw BitstreamError.missingTrailer(byteOffset: walk.byteOffset) }
    return nil
  }
}

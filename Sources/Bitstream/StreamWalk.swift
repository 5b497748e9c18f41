/// Goes from stream to stream through bytes of which any part can be read, by the first bytes of each record.
///
/// Checksums are not looked at, as with `RecordWalk`.
public struct StreamWalk {
  private var walk: RecordWalk

  /// One stream as its records' first bytes have it.
  public struct Outline: Sendable {
    /// Without tags.
    public let header: StreamHeader
    /// From its first record to its last, tags apart.
    public let byteRange: Range<Int>
    /// Frames covered by its blocks; empty without any.
    public let frames: Range<Int>
    /// Length in samples at the rate of the source.
    public let sampleCount: Int
    /// The records with a block.
    public let blockCount: Int

    public var durationSeconds: Double { Double(sampleCount) / Double(header.sourceSampleRateHz) }
  }

  /// - Parameter byteOffset: where a stream begins.
  public init(_ bytes: any RandomAccessBytes, from byteOffset: Int = 0) {
    walk = RecordWalk(bytes, from: byteOffset)
  }

  /// The next stream, or `nil` at the end.
  ///
  /// - Throws: `BitstreamError` where a record does not follow from the one before, and what reading throws.
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

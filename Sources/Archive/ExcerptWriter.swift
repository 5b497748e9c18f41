import Bitstream

/// Encoder of excerpts: turns blocks of one stream into valid streams. `append` and `finish` return the bytes to write
/// next.
struct ExcerptWriter {
  private let beginning: StreamBeginning
  private var encoder: StreamEncoder?
  private var frames = 0..<0
  private var trailer: StreamTrailer?
  private(set) var result = ArchiveExtraction()

  init(_ beginning: StreamBeginning) { self.beginning = beginning }

  /// Encodes the next block. After lost frames a new stream begins. A block that begins before the end of the previous
  /// block is dropped and reported as damage; `byteRange` is the block's byte range in the archive.
  ///
  /// - Throws: `BitstreamError` if the block does not fit the header of the stream.
  mutating func append(_ block: StreamBlock, at byteRange: Range<Int>) throws -> [UInt8] {
    var bytes: [UInt8] = []
    if encoder != nil, block.firstFrame != frames.upperBound {
      let error = BitstreamError.frameGap(
        expected: frames.upperBound, found: block.firstFrame, byteOffset: byteRange.lowerBound)
      guard block.firstFrame > frames.upperBound else {
        note(error, byteRange)
        return []
      }
      note(error, byteRange.lowerBound..<byteRange.lowerBound, lost: frames.upperBound..<block.firstFrame)
      bytes += try endStream(sampleCount: nil)
    }
    if encoder == nil {
      encoder = try StreamEncoder(header: beginning.header)
      frames = block.firstFrame..<block.firstFrame
    }
    bytes += try encoder?.encode(block) ?? []
    frames = frames.lowerBound..<block.frames.upperBound
    result.frameCount += block.frameCount
    result.byteCount += bytes.count
    return bytes
  }

  /// Sets the trailer of the recording; the trailer's sample count limits the length of the excerpt.
  mutating func end(_ trailer: StreamTrailer) { self.trailer = trailer }

  /// Adds damage to the result.
  mutating func note(_ reason: BitstreamError, _ byteRange: Range<Int>, lost: Range<Int>? = nil) {
    result.damage.append(StreamDamage(byteRange: byteRange, lostFrames: lost, reason: reason))
  }

  /// Encodes the trailer of the last stream; no bytes if no block was appended.
  ///
  /// - Throws: `BitstreamError` if the trailer cannot state a value.
  mutating func finish() throws -> [UInt8] {
    let header = beginning.header
    let before = header.sampleCount(ofFrames: max(0, frames.lowerBound - beginning.firstFrame))
    let bytes = try endStream(sampleCount: trailer.map { max(0, $0.sampleCount - before) })
    result.byteCount += bytes.count
    return bytes
  }

  /// Encodes the trailer of the open stream.
  ///
  /// - Parameter sampleCount: Samples per channel from the open stream's first frame to the end of the recording; `nil`
  ///   if unknown.
  private mutating func endStream(sampleCount: Int?) throws -> [UInt8] {
    defer { encoder = nil }
    let covered = beginning.header.sampleCount(ofFrames: frames.count)
    return try encoder?.finish(sampleCount: min(sampleCount ?? covered, covered)) ?? []
  }
}

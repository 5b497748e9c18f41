import Bitstream

/// Makes legal streams of blocks that were taken out of one; the bytes that the calls return are these streams.
struct ExcerptWriter {
  private let beginning: StreamBeginning
  private var encoder: StreamEncoder?
  private var frames = 0..<0
  private var trailer: StreamTrailer?
  private(set) var result = ArchiveExtraction()

  init(_ beginning: StreamBeginning) { self.beginning = beginning }

  /// The next block, wherever it stands.
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

  /// The recording is over; its length limits the last block's.
  mutating func end(_ trailer: StreamTrailer) { self.trailer = trailer }

  mutating func note(_ reason: BitstreamError, _ byteRange: Range<Int>, lost: Range<Int>? = nil) {
    result.damage.append(StreamDamage(byteRange: byteRange, lostFrames: lost, reason: reason))
  }

  mutating func finish() throws -> [UInt8] {
    let header = beginning.header
    let before = header.sampleCount(ofFrames: max(0, frames.lowerBound - beginning.firstFrame))
    let bytes = try endStream(sampleCount: trailer.map { max(0, $0.sampleCount - before) })
    result.byteCount += bytes.count
    return bytes
  }

  /// - Parameter sampleCount: what is left of the recording; nil where that is not known.
  private mutating func endStream(sampleCount: Int?) throws -> [UInt8] {
    defer { encoder = nil }
    let covered = beginning.header.sampleCount(ofFrames: frames.count)
    return try encoder?.finish(sampleCount: min(sampleCount ?? covered, covered)) ?? []
  }
}

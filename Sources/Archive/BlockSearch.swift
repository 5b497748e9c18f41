import Bitstream

/// Search by interpolation for the block that contains a frame, in the bytes of a stream (`formats/archive.md`,
/// section 4).
struct BlockSearch {
  private let bytes: any RandomAccessBytes
  private let range: Range<Int>
  private let beginning: StreamBeginning
  /// Number of bytes that one read of the file asks for, from 512 to 65 536: about a quarter of the first block.
  let chunkByteCount: Int

  /// Number of probes (reads of a block at a guessed byte offset) after which the rest of the range is read
  /// sequentially.
  private static let mostProbes = 48
  /// Number of bytes without an intact block after which the rest of the range is read sequentially.
  private static let longestGap = 2 << 20
  /// Number of first probes (reads of a block at a guessed byte offset) that all interpolate. Of the later probes,
  /// every other one bisects, which bounds the search in uneven streams.
  private static let evenProbes = 3

  /// Numbers of bytes in front of a block that are searched in turn for its silence record.
  private static let silenceSearchByteCounts = [512, 8_192, 1 << 17, 1 << 21]

  init(_ bytes: any RandomAccessBytes, _ range: Range<Int>, _ beginning: StreamBeginning) {
    self.bytes = bytes
    self.range = range
    self.beginning = beginning
    chunkByteCount = (beginning.firstBlockByteRange.count / 4 + 64).clamped(to: 512...1 << 16)
  }

  /// Returns the byte offset from which to read for a frame: the offset of the frame's block or of this block's silence
  /// record, or an earlier offset.
  ///
  /// - Parameters:
  ///   - frame: Frame number to find.
  ///   - endFrame: End frame (exclusive) of the stream, at least approximately.
  /// - Throws: The error of reading.
  func offset(ofFrame frame: Int, endFrame: Int) throws -> Int {
    var low = (offset: beginning.firstBlockByteRange.lowerBound, frame: beginning.firstFrame)
    var high = (offset: range.upperBound, frame: max(endFrame, beginning.firstFrame + 1))
    var probeCount = 0
    while frame > low.frame, high.offset - low.offset > 8 * chunkByteCount, probeCount < Self.mostProbes {
      probeCount += 1
      let isEven = probeCount <= Self.evenProbes || probeCount % 2 == 0
      let way = high.offset - low.offset
      let guess =
        isEven
        ? scaled(
          way, times: min(frame, high.frame) - low.frame, over: max(1, high.frame - low.frame), roundingUp: false)
          - chunkByteCount
        : way / 2
      let probe = low.offset + guess.clamped(to: 1...way - chunkByteCount)
      switch try block(from: probe, before: high.offset) {
      case .nothing: high.offset = probe
      case .tooFar: return low.offset
      case .found(let place, let frames):
        if frames.contains(frame) { return try beginning(ofBlockAt: place.lowerBound) }
        if frames.upperBound <= frame {
          // Frame numbers that decrease make a search impossible.
          guard frames.upperBound > low.frame else { return low.offset }
          low = (place.upperBound, frames.upperBound)
          high.frame = max(high.frame, low.frame + 1)
        } else {
          guard frames.lowerBound <= high.frame || high.offset == range.upperBound else { return low.offset }
          high = (probe, max(frames.lowerBound, low.frame + 1))
        }
      }
    }
    return low.offset
  }

  /// Returns the byte offset of the first silence record of the block at `offset`; `offset` itself for a block without
  /// silence records.
  ///
  /// - Throws: The error of reading.
  private func beginning(ofBlockAt offset: Int) throws -> Int {
    for byteCount in Self.silenceSearchByteCounts {
      let start = max(range.lowerBound, offset - byteCount)
      var records = RecordSearch(bytes, start..<offset, chunkByteCount: byteCount)
      var before: [Record] = []
      while let record = try records.next() { before.append(record) }
      var (next, first) = (offset, offset)
      while let record = before.popLast(), record.byteRange.upperBound == next {
        next = record.byteRange.lowerBound
        guard let type = record.ancillaryType else { return first }
        if AncillaryType.isOfNextBlock(type) { first = next }
      }
      if start == range.lowerBound { return first }
    }
    return offset
  }

  private enum Probe {
    case found(Range<Int>, frames: Range<Int>)
    /// No intact block begins between the probe and the limit.
    case nothing
    /// No intact block within `longestGap` bytes.
    case tooFar
  }

  private func block(from probe: Int, before limit: Int) throws -> Probe {
    var records = RecordSearch(bytes, probe..<range.upperBound, chunkByteCount: chunkByteCount)
    while let record = try records.next() {
      if record.byteRange.lowerBound >= limit { return .nothing }
      if let block = try? StreamRecord(record, current: beginning.header).block {
        return .found(record.byteRange, frames: block.frames)
      }
      if record.byteRange.lowerBound - probe > Self.longestGap { return .tooFar }
    }
    return .nothing
  }
}

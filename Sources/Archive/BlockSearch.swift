import Bitstream

/// Finds the block of a frame in a stream's bytes without reading what is before it.
struct BlockSearch {
  private let bytes: any RandomAccessBytes
  private let range: Range<Int>
  private let beginning: StreamBeginning
  /// Bytes read at a time.
  let pieceByteCount: Int

  /// After so many looks, or so many bytes without any intact block, the rest is read from one end to the other.
  private static let mostProbes = 48
  private static let longestGap = 2 << 20
  /// From then on every other look is into the middle, so that uneven streams are done with, too.
  private static let evenProbes = 3

  init(_ bytes: any RandomAccessBytes, _ range: Range<Int>, _ beginning: StreamBeginning) {
    self.bytes = bytes
    self.range = range
    self.beginning = beginning
    pieceByteCount = (beginning.firstBlockByteRange.count / 4 + 64).clamped(to: 512...1 << 16)
  }

  /// Where to read on from for `frame`: the block that holds it, or one before.
  ///
  /// - Parameter endFrame: of the stream, roughly.
  func offset(ofFrame frame: Int, endFrame: Int) throws -> Int {
    var low = (offset: beginning.firstBlockByteRange.lowerBound, frame: beginning.firstFrame)
    var high = (offset: range.upperBound, frame: max(endFrame, beginning.firstFrame + 1))
    var probeCount = 0
    while frame > low.frame, high.offset - low.offset > 8 * pieceByteCount, probeCount < Self.mostProbes {
      probeCount += 1
      let isEven = probeCount <= Self.evenProbes || probeCount % 2 == 0
      let way = high.offset - low.offset
      let guess =
        isEven
        ? scaled(
          way, times: min(frame, high.frame) - low.frame, over: max(1, high.frame - low.frame), roundingUp: false)
          - pieceByteCount
        : way / 2
      let probe = low.offset + guess.clamped(to: 1...way - pieceByteCount)
      switch try block(from: probe, before: high.offset) {
      case .nothing: high.offset = probe
      case .tooFar: return low.offset
      case .found(let place, let frames):
        if frames.contains(frame) { return place.lowerBound }
        if frames.upperBound <= frame {
          // A stream whose frames go backwards is no stream to search in.
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

  private enum Probe {
    case found(Range<Int>, frames: Range<Int>)
    /// No block begins before the limit.
    case nothing
    case tooFar
  }

  private func block(from probe: Int, before limit: Int) throws -> Probe {
    var records = RecordSearch(bytes, probe..<range.upperBound, pieceByteCount: pieceByteCount)
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

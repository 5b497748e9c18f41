import Bitstream
import Tokens

/// Finds where reading must begin for some samples of an input's output, from the records' first bytes.
///
/// Streams before are passed over by their lengths. Within the stream that the samples begin in, reading begins at an
/// intact block before all frames that they depend on. Where a record contradicts those before it, the search ends and
/// reading begins before it, so that damage is met as it would be without a search.
struct StreamSeeker {
  let bytes: any RandomAccessBytes
  let range: TimeRange
  /// The first frame that wanted samples of a stream's output depend on.
  let neededFrame: (_ header: StreamHeader, _ output: OutputFormat, _ origin: Int, _ wanted: Range<Int>) throws -> Int

  /// Where reading begins.
  struct Place {
    /// Of the first stream of the input, with its tags.
    let firstHeader: StreamHeader
    /// Streams before, and how long their output is.
    var passedStreamCount = 0
    var passedSampleCount = 0
    /// Where the stream's records begin.
    var byteOffset = 0
    /// A place inside the stream, the stream's first frame and the frames of its first block; nil for its beginning.
    var inside: (position: StreamPosition, origin: Int, nominalFrameCount: Int)?
  }

  /// A stream whose records are gone through.
  private struct Stream {
    let start: RecordWalk.IntactRecord
    let header: StreamHeader
    var origin: Int?
    var nextFrame = 0
    var nominalFrameCount = 0
    var marks = BlockMarks()
  }

  /// Nil where the input does not begin with an intact stream.
  ///
  /// - Throws: what reading and `neededFrame` throw.
  func place() throws -> Place? {
    var reader = StreamReader(source: bytes.source(from: 0))
    guard case .header(let firstHeader)? = try? reader.next() else { return nil }
    let output = OutputFormat(of: firstHeader)
    let wanted = range.samples(atRateHz: output.sampleRateHz)
    var place = Place(firstHeader: firstHeader)
    var walk = RecordWalk(bytes)
    var stream: Stream?
    do {
      while let outline = try walk.next() {
        if outline.isIgnored || (stream == nil && outline.ancillaryType != nil) { continue }
        guard try advance(&stream, to: outline, walk) else { break }
        guard let current = stream else { continue }
        let first = wanted.lowerBound - place.passedSampleCount
        if let sampleCount = outline.sampleCount {
          let length = Self.length(sampleCount, of: current, output)
          guard length <= first else { break }
          place.passedStreamCount += 1
          place.passedSampleCount += length
          place.byteOffset = walk.byteOffset
          stream = nil
        } else if current.nextFrame > Self.frame(ofSample: first, of: current, output) {
          break
        }
      }
    } catch is BitstreamError {
      // Damage, which the reader will meet.
    }
    if let stream { place.inside = try anchor(in: stream, output, wanted, place) }
    return place
  }

  /// Takes note of a record; false where it does not follow from those before.
  private func advance(_ stream: inout Stream?, to outline: RecordWalk.Outline, _ walk: RecordWalk) throws -> Bool {
    if outline.isStart {
      guard stream == nil else { return false }
      let record = try walk.record(outline, header: nil)
      guard let header = record.header else { return false }
      stream = Stream(start: record, header: header)
    } else {
      guard let current = stream, outline.ancillaryType == nil else { return false }
      if let header = outline.header, header != current.header { return false }
      // The end counts, and a first block without a start, too.
      if outline.sampleCount != nil || current.origin == nil { _ = try walk.record(outline, header: current.header) }
    }
    if let endFrame = outline.endFrame, endFrame != stream?.nextFrame { return false }
    guard let frames = outline.frames else { return true }
    if stream?.origin == nil {
      stream?.origin = frames.lowerBound
      stream?.nominalFrameCount = frames.count
    } else if frames.lowerBound != stream?.nextFrame {
      return false
    }
    stream?.nextFrame = frames.upperBound
    stream?.marks.append(byteOffset: outline.byteRange.lowerBound, firstFrame: frames.lowerBound)
    return true
  }

  /// Samples that a stream gives whose trailer says `sampleCount`.
  private static func length(_ sampleCount: Int, of stream: Stream, _ output: OutputFormat) -> Int {
    let frameCount = stream.origin.map { stream.nextFrame - $0 } ?? 0
    return min(
      output.sampleCount(for: sampleCount, of: stream.header),
      output.sampleCount(forFrames: frameCount, of: stream.header))
  }

  /// The frame in which a sample of the stream's output lies, or one beside it.
  private static func frame(ofSample sample: Int, of stream: Stream, _ output: OutputFormat) -> Int {
    let geometry = stream.header.geometry
    let seconds = Double(sample) / Double(output.sampleRateHz)
    return (stream.origin ?? 0) + Int(min(seconds * geometry.frameRateHz, Double(StreamLimits.frameNumber)))
  }

  /// Blocks that are tried before reading begins at the stream's beginning instead.
  private static let triedBlockCount = 16

  /// The last intact block before all frames that are needed, one that keeps something of the first codebook.
  private func anchor(
    in stream: Stream, _ output: OutputFormat, _ wanted: Range<Int>, _ place: Place
  ) throws -> (position: StreamPosition, origin: Int, nominalFrameCount: Int)? {
    guard let origin = stream.origin else { return nil }
    let local = max(0, wanted.lowerBound - place.passedSampleCount)..<wanted.upperBound
    let needed = try neededFrame(stream.header, output, origin, local)
    for mark in stream.marks.endingBy(frame: needed).suffix(Self.triedBlockCount).reversed() {
      var walk = RecordWalk(bytes, from: mark.byteOffset, header: stream.header)
      guard let outline = try? walk.next(), let block = try? walk.record(outline, header: stream.header).block,
        block.firstFrame == mark.firstFrame, !block.mask.keptFrames(ofCodebook: 0).isEmpty
      else { continue }
      return (
        StreamPosition(inStreamOf: stream.start, byteOffset: mark.byteOffset, nextFrame: mark.firstFrame), origin,
        stream.nominalFrameCount
      )
    }
    return nil
  }
}

/// Where blocks of a stream begin: every one of a short stream, fewer of a long one, so that memory stays bounded.
struct BlockMarks {
  struct Mark {
    let byteOffset: Int
    let firstFrame: Int
  }

  private var marks: [Mark] = []
  private var spacing = 1
  private var blockCount = 0
  private var lastFirstFrame = 0

  private static let largestCount = 32_768

  mutating func append(byteOffset: Int, firstFrame: Int) {
    lastFirstFrame = firstFrame
    if blockCount % spacing == 0 { marks.append(Mark(byteOffset: byteOffset, firstFrame: firstFrame)) }
    blockCount += 1
    guard marks.count > Self.largestCount else { return }
    marks = stride(from: 0, to: marks.count, by: 2).map { marks[$0] }
    spacing *= 2
  }

  /// Blocks that end at `frame` or before, as far as the marks tell.
  func endingBy(frame: Int) -> ArraySlice<Mark> {
    guard lastFirstFrame > frame else {
      // The last block that was marked need not have ended.
      return marks.dropLast()
    }
    let next = marks.firstIndex { $0.firstFrame > frame } ?? marks.count
    return marks[..<max(0, next - 1)]
  }
}

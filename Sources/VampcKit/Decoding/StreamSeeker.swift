import Bitstream
import Tokens

/// Finder of the byte offset at which reading must begin for a segment of the output. The finder reads only the first
/// bytes of most records.
///
/// Streams in front of the segment are skipped by their lengths. Within the stream in which the segment begins, reading
/// begins at an intact block in front of all frames that the segment depends on, or with the stream if no such block is
/// found. Where a record contradicts earlier records, the search ends and reading begins in front of this record, so
/// that damage has the same effect as in a full decode.
struct StreamSeeker {
  let bytes: any RandomAccessBytes
  /// Wanted segment of the output.
  let range: TimeRange
  /// Finder of the model of each stream.
  let models: ModelResolver
  /// Replacement of masked tokens, which decides how many frames a sample depends on.
  let fill: DecoderSettings.Fill

  /// Place where reading begins.
  struct Place {
    /// Header of the input's first stream, with its tags.
    let firstHeader: StreamHeader
    /// Number of streams in front of the place.
    var passedStreamCount = 0
    /// Number of output samples per channel of the streams in front of the place.
    var passedSampleCount = 0
    /// Byte offset of the end of the streams in front of the place; 0 if there are none.
    var byteOffset = 0
    /// Place inside the stream; nil for the beginning of the stream.
    var inside: PlaceInStream?
  }

  /// Place inside a stream where reading can begin, and what decoding must know of the blocks before the place.
  struct PlaceInStream {
    /// Position of the block with which reading begins.
    let position: StreamPosition
    /// Absolute number of the stream's first frame.
    let originFrame: Int
    /// Number of frames in the stream's first block.
    let nominalFrameCount: Int
  }

  /// Stream whose records are being skipped.
  private struct Stream {
    let start: RecordWalk.IntactRecord
    let header: StreamHeader
    var origin: Int?
    var nextFrame = 0
    var nominalFrameCount = 0
    var marks = BlockMarks()
    /// Byte offset of the first silence record that belongs to the next block; nil where the next block has no silence
    /// records.
    var silenceOffset: Int?
  }

  /// Place where reading begins; nil where the input does not begin with an intact stream header.
  ///
  /// - Throws: errors of reading, and the errors of `ModelResolver.model(for:)` for the stream in which the segment
  ///   begins.
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
        if outline.isSilence, stream?.silenceOffset == nil { stream?.silenceOffset = outline.byteRange.lowerBound }
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
      // The decoder reads the damage again and reports it.
    }
    if let stream { place.inside = try anchor(in: stream, output, wanted, place) }
    return place
  }

  /// Takes note of a record, of which only the first bytes (`outline`) have been read.
  ///
  /// - Returns: false where the record does not follow from earlier records.
  private func advance(_ stream: inout Stream?, to outline: RecordWalk.Outline, _ walk: RecordWalk) throws -> Bool {
    if outline.isStart {
      guard stream == nil else { return false }
      let record = try walk.record(outline, header: nil)
      guard let header = record.header else { return false }
      stream = Stream(start: record, header: header)
    } else {
      guard let current = stream, outline.ancillaryType == nil else { return false }
      if let header = outline.header, header != current.header { return false }
      // Only these records are trusted for facts about the whole stream, so their checksums are verified.
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
    let beginning = stream?.silenceOffset ?? outline.byteRange.lowerBound
    stream?.marks.append(byteOffset: beginning, firstFrame: frames.lowerBound)
    stream?.silenceOffset = nil
    return true
  }

  /// Number of output samples per channel of a stream whose trailer states `sampleCount` source samples per channel.
  private static func length(_ sampleCount: Int, of stream: Stream, _ output: OutputFormat) -> Int {
    let frameCount = stream.origin.map { stream.nextFrame - $0 } ?? 0
    return min(
      output.sampleCount(for: sampleCount, of: stream.header),
      output.sampleCount(forFrames: frameCount, of: stream.header))
  }

  /// Absolute number of the frame that holds sample `sample` of the stream's output, to within one frame.
  private static func frame(ofSample sample: Int, of stream: Stream, _ output: OutputFormat) -> Int {
    let geometry = stream.header.geometry
    let seconds = Double(sample) / Double(output.sampleRateHz)
    return (stream.origin ?? 0) + Int(min(seconds * geometry.frameRateHz, Double(StreamLimits.frameNumber)))
  }

  /// Largest number of blocks that are tried before reading falls back to the stream's beginning.
  private static let triedBlockCount = 16

  /// Place of the last recorded block in front of all needed frames that is intact and keeps tokens of the first
  /// codebook. Nil where none of the last ``triedBlockCount`` recorded blocks qualifies: reading then begins with the
  /// stream.
  private func anchor(
    in stream: Stream, _ output: OutputFormat, _ wanted: Range<Int>, _ place: Place
  ) throws -> PlaceInStream? {
    guard let origin = stream.origin else { return nil }
    let plan = DecodePlan(
      stream.header, output, origin: origin,
      wanted: max(0, wanted.lowerBound - place.passedSampleCount)..<wanted.upperBound,
      dependencies: FrameDependencies(try models.model(for: stream.header), fill))
    for mark in stream.marks.endingBy(frame: plan.neededFrame).suffix(Self.triedBlockCount).reversed() {
      var walk = RecordWalk(bytes, from: mark.byteOffset, header: stream.header)
      var outline = try? walk.next()
      while outline?.isIgnored ?? false { outline = try? walk.next() }
      guard let outline, let block = try? walk.record(outline, header: stream.header).block,
        block.firstFrame == mark.firstFrame, !block.mask.keptFrames(ofCodebook: 0).isEmpty
      else { continue }
      return PlaceInStream(
        position: StreamPosition(
          inStreamOf: stream.start, byteOffset: mark.byteOffset, nextFrame: mark.firstFrame),
        originFrame: origin, nominalFrameCount: stream.nominalFrameCount)
    }
    return nil
  }
}
